#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "journal/encoder.hpp"
#include "journal/file_system.hpp"
#include "journal/format.hpp"

namespace tsflow {

/// What is collected before it is written without a flush.
inline constexpr std::size_t most_collected = 1u << 20;

/// The segment that grows: collects frames and writes them in large pieces. One thread, but for `file()`.
class SegmentWriter {
public:
    /// Makes the file `path` with its header, durably. Throws IoError and leaves no file.
    SegmentWriter(FileSystem& files, const std::filesystem::path& path, std::uint32_t mark,
                  const journal_format::SegmentHeader& header, bool compress);

    /// As JournalEncoder::encode.
    void add(const JournalEntry& entry, std::uint64_t offset, Timestamp appended) {
        encoder_.encode(entry, offset, appended);
    }
    /// Writes what was collected. When it throws IoError, the file ends where it did before, or behind that in
    /// bytes that the next call writes over, and all is still collected.
    void write_out();

    std::uint64_t written() const noexcept { return written_; }
    std::span<const std::byte> collected_bytes() const noexcept { return encoder_.bytes(); }
    std::size_t collected() const noexcept { return encoder_.bytes().size(); }
    /// Shared, so that a sync under way on another thread outlives the writer.
    const std::shared_ptr<File>& file() const noexcept { return file_; }

private:
    JournalEncoder encoder_;
    std::shared_ptr<File> file_;
    std::uint64_t written_ = 0;
};

}  // namespace tsflow
