#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "journal/entry.hpp"
#include "journal/format.hpp"
#include "tsflow/builder.hpp"

namespace tsflow {

class Compressor;

/// Turns entries into the frames of one segment (`format.hpp`), one behind the other in a buffer that the
/// owner writes out. Knows which schemas and symbols the segment has been told. One thread.
class JournalEncoder {
public:
    JournalEncoder(std::uint32_t mark, bool compress);
    JournalEncoder(JournalEncoder&&) noexcept;
    JournalEncoder& operator=(JournalEncoder&&) noexcept;
    ~JournalEncoder();

    /// The bytes a segment begins with.
    void begin(const journal_format::SegmentHeader& header);
    /// Adds the frames of an entry, which gets this offset and time in place of its own. When it throws
    /// (Error for a batch that is too large), nothing was added.
    void encode(const JournalEntry& entry, std::uint64_t offset, Timestamp appended);

    std::span<const std::byte> bytes() const noexcept {
        return {out_.data(), unfinished_ ? entry_ : out_.size()};
    }
    /// The bytes so far have been written out.
    void clear() noexcept { out_.clear(); }

private:
    struct Place {
        std::uint64_t offset = 0;
        std::int64_t appended = 0;
    };
    void restart(const Place& place);
    void encode_batch(const JournalEntry& entry, const Place& place);
    std::uint32_t tell_schema(const SchemaPtr& schema, const Place& place);
    void tell_symbols(const Batch& batch, const Place& place);
    void put_columns(const Batch& batch);
    void put_values(const Batch& batch, std::size_t column, std::uint8_t& layout);
    void put_codes(std::span<const Symbol> symbols, std::uint8_t& layout);
    void begin_frame(journal_format::Frame kind, std::uint16_t port, const Place& place);
    void end_frame();
    std::byte* put(std::size_t bytes);

    std::uint32_t mark_;
    std::unique_ptr<Compressor> compressor_;  // null: off
    detail::Buffer out_;
    std::size_t frame_ = 0;    // where the frame under way begins
    std::size_t entry_ = 0;    // where the entry under way begins
    bool unfinished_ = false;  // encode() threw: what is behind entry_ does not count
    std::uint64_t since_restart_ = 0;
    std::vector<SchemaPtr> schemas_;   // told since the restart; the index is the id
    std::vector<std::int32_t> codes_;  // of the segment, by a symbol's code; -1: not told yet
    std::vector<std::int32_t> told_;   // symbols' codes in order of the segment's codes
};

}  // namespace tsflow
