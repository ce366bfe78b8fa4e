#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <utility>

#include "journal/journal.hpp"
#include "tsflow/time.hpp"

namespace tsflow {

/// Whether a journal whose source is to wait at a limit (`when_full = "block"`) may take more. Asked
/// between two polls: what a poll emits always fits, so that rows that were received are never left
/// without a place. Any thread.
class JournalRoom {
public:
    JournalRoom(std::uint64_t max_bytes, Duration max_age) noexcept
        : max_bytes_(max_bytes), max_age_(max_age) {}

    bool left(const JournalFigures& figures, Timestamp now) const;
    /// An entry was appended, or found at the start, at this time.
    void appended(std::uint64_t offset, Timestamp time);
    /// Entries before `offset`, of all those before `next`, are not needed any more.
    void consumed(std::uint64_t offset, std::uint64_t next);

private:
    const std::uint64_t max_bytes_;
    const Duration max_age_;
    mutable std::mutex mutex_;
    std::deque<std::pair<std::uint64_t, Timestamp>> ages_;  // of some entries that are still needed
};

}  // namespace tsflow
