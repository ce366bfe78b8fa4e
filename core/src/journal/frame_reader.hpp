#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "journal/file_system.hpp"
#include "journal/format.hpp"

namespace tsflow {

/// Reads the frames of one segment in order and steps over what is damaged. Memory: one frame, 256 KiB at
/// least. One thread; the file may grow meanwhile.
class FrameReader {
public:
    enum class Found {
        frame,   ///< `head()` and `payload()`
        damage,  ///< bytes from `at()` to `end()` that are no frame; a whole one follows
        tail,    ///< as damage, but nothing readable follows up to the limit
        end,     ///< the limit is reached
    };

    /// Frames count that carry `mark` and whose offsets do not run backwards from `first`.
    FrameReader(const File& file, const journal_format::SegmentName& name);

    /// Goes on to what comes next before byte `limit`, which may not be beyond the file's end.
    Found next(std::uint64_t limit);

    /// Of a tail up to `limit`: whether it is what a write leaves that did not come to its end, which is a
    /// beginning of a frame, or zeros. Anything else was whole once.
    bool tail_is_torn(std::uint64_t limit);

    /// Of what was found last: where it begins and ends in the file.
    std::uint64_t at() const noexcept { return at_; }
    std::uint64_t end() const noexcept { return next_; }
    const journal_format::FrameHead& head() const noexcept { return head_; }
    /// Valid until the next call; still compressed, if it is.
    std::span<const std::byte> payload() const noexcept { return payload_; }

private:
    bool preamble_is_right();
    bool whole_frame(std::uint64_t at, std::uint64_t limit);
    Found damage(std::uint64_t limit);
    std::span<const std::byte> window(std::uint64_t at, std::size_t bytes, std::uint64_t limit);

    const File& file_;
    std::uint32_t mark_;
    std::uint64_t expected_;  // no whole frame is below this offset
    std::uint64_t at_ = 0;
    std::uint64_t next_ = 0;
    journal_format::FrameHead head_;
    std::span<const std::byte> payload_;
    std::vector<std::byte> buffer_;
    std::uint64_t buffered_at_ = 0;
    std::size_t buffered_ = 0;
};

}  // namespace tsflow
