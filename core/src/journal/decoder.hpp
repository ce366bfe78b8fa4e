#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "journal/entry.hpp"
#include "journal/format.hpp"

namespace tsflow {

class Decompressor;

/// The counterpart of JournalEncoder: entries from the whole frames of one segment, given in order.
/// A payload is checked and not trusted, whatever its checksum says. One thread.
class JournalDecoder {
public:
    JournalDecoder();
    JournalDecoder(JournalDecoder&&) noexcept;
    JournalDecoder& operator=(JournalDecoder&&) noexcept;
    ~JournalDecoder();

    /// Takes in what a frame that is no entry tells: schemas, symbols, restarts.
    void learn(const journal_format::FrameHead& head, std::span<const std::byte> payload);
    /// The entry of a frame that is one; nothing, and why in `problem()`, when its schema or symbols were in a
    /// frame that is lost, or when it is none that this version writes.
    std::optional<JournalEntry> decode(const journal_format::FrameHead& head,
                                       std::span<const std::byte> payload);
    std::string_view problem() const noexcept { return problem_; }

private:
    void learn_symbols(std::span<const std::byte> payload);
    bool decode_batch(const journal_format::FrameHead& head, std::span<const std::byte> payload,
                      Batch& batch);

    std::unordered_map<std::uint32_t, SchemaPtr> schemas_;  // by the segment's id
    std::vector<std::int32_t> symbols_;  // codes, by the segment's; -1: in a frame that is lost
    std::unique_ptr<Decompressor> decompressor_;  // made when the first is met
    std::string_view problem_;
};

/// Rows of the batch in a frame; 0 of any other.
std::uint32_t rows_of(const journal_format::FrameHead& head, std::span<const std::byte> payload);

}  // namespace tsflow
