#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "journal/entry.hpp"
#include "journal/journal.hpp"

namespace tsflow {

/// Reads a journal in order while it is written. For one thread; needs memory for one read buffer, the
/// symbols of a segment and one entry. A segment that is being read stays readable when it is trimmed.
class JournalCursor {
public:
    JournalCursor(JournalCursor&&) noexcept;
    JournalCursor& operator=(JournalCursor&&) noexcept;
    ~JournalCursor();

    /// The next entry; nothing when all that was flushed has been read (`Journal::wait_for_entry`). Damage is
    /// quarantined, reported and counted, and shows in the next entry's `lost`. Throws IoError when the
    /// disk does not read; the same call may be made again.
    std::optional<JournalEntry> next();
    /// The offset that `next()` would like to return.
    std::uint64_t position() const noexcept;

private:
    friend class Journal;
    struct State;
    explicit JournalCursor(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace tsflow
