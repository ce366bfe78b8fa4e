#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string_view>

#include "journal/entry.hpp"
#include "journal/file_system.hpp"
#include "journal/options.hpp"

namespace tsflow {

class JournalCursor;

/// Figures of a journal at one moment; totals count from its opening.
struct JournalFigures {
    std::uint64_t first = 0;    ///< offset of the oldest entry kept
    std::uint64_t next = 0;     ///< offset that the next entry gets
    std::uint64_t flushed = 0;  ///< entries below are in the files: visible, and safe from a kill
    std::uint64_t durable = 0;  ///< entries below are on the disk: safe from a power cut
    std::uint64_t needed = 0;   ///< as of the last `trim()`
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;  ///< of all segments
    std::uint64_t appended_rows = 0, appended_bytes = 0;
    std::uint64_t dropped_entries = 0, dropped_rows = 0;   ///< at the limit
    std::uint64_t damaged_entries = 0, damaged_bytes = 0;  ///< found unreadable
};

/// An append log of batches and marks in a folder of segment files (`format.hpp`), for one writer and any
/// number of readers.
///
///     Journal journal(options, clock, report);
///     while (!journal.append(JournalEntry::of_batch(0, batch)))
///         journal.wait_for_room(stop);
///     journal.flush();
///     …on another thread…
///     JournalCursor cursor = journal.read(from);
///     while (auto entry = cursor.next()) …
///
/// `append()` and `flush()` are for one thread, the writer's; all else may be called from any. A journal
/// outlives its cursors. Who opens one sees to it that no other process has the folder open for writing
/// (the lock of the state_dir).
class Journal {
public:
    /// Opens or makes the log, and mends what a crash left: a torn tail is cut, what is damaged is copied to
    /// `folder/quarantine`; both are reported. Throws IoError when the folder cannot be read or written.
    Journal(JournalOptions options, const Clock& clock, JournalReport report = {},
            FileSystem& files = system_files());
    /// Flushes and syncs; what fails by then is reported.
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// Puts an entry at the end and returns its offset; nothing when the log is at its limit and is to
    /// block. It is buffered: readers see it after `flush()`, or when the buffer was full. Throws IoError when
    /// that cannot be written: the entry is then not taken, the log is as before, and the same call may be
    /// made again. Throws Error for a batch of more than 1 GiB.
    std::optional<std::uint64_t> append(const JournalEntry& entry);
    /// Writes what is buffered and, by `SyncPolicy::When::always`, syncs. Throws IoError; nothing is lost by
    /// that, and the next `flush()` goes on from there. Once per batch of work, not per entry.
    void flush();
    /// Makes all that was flushed durable; returns `figures().durable`. For before a checkpoint that names an
    /// offset. Throws IoError as above.
    std::uint64_t sync();

    /// A reader from offset `from` on, or from the oldest entry that is kept when that is later.
    JournalCursor read(std::uint64_t from);
    /// Nobody needs entries below `before` any more: whole segments below it are removed. What cannot be
    /// removed is reported and tried again at the next call.
    void trim(std::uint64_t before);

    /// Waits until an entry at or above `offset` has been flushed. False when `stop` was asked for first.
    bool wait_for_entry(std::uint64_t offset, std::stop_token stop) const;
    /// Waits until `append()` would take an entry. False when `stop` was asked for first.
    bool wait_for_room(std::stop_token stop);

    JournalFigures figures() const;
    const JournalOptions& options() const noexcept;

private:
    friend class JournalCursor;
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tsflow
