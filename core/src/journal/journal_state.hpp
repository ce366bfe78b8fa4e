#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "journal/journal.hpp"
#include "journal/segment.hpp"
#include "journal/segment_writer.hpp"

namespace tsflow {

/// The insides of a journal. Four locks, taken in this order: `writing` (the segment that grows), `syncing`
/// (its sync), `removing` (unlinking), `shared` (what these tell everybody; held for moments only).
struct Journal::State {
    State(JournalOptions wanted, const Clock& clock, JournalReport report, FileSystem& files);
    ~State();

    // The writer's side (journal.cpp).
    std::optional<std::uint64_t> append(const JournalEntry& entry);
    void flush();
    std::uint64_t sync();
    void sync_regularly(const std::stop_token& stop);
    void move_unsynced();  // with `writing` held (journal_move.cpp)

    // Limits and removal (journal_limits.cpp).
    void trim(std::uint64_t before);
    enum class Kept : std::uint8_t { stays, goes };
    void remove_unneeded(Kept kept = Kept::stays);
    bool is_kept(const Segment& segment) const;  // with `shared` held
    bool has_room() const;                       // with `shared` held
    bool make_room();                            // with `writing` held
    bool drop_oldest();                          // false when that one could not be removed

    // What cursors ask.
    struct View {
        std::uint64_t bytes = 0;
        std::uint64_t next = 0;
        bool sealed = false;
    };
    std::shared_ptr<const Segment> segment_for(std::uint64_t offset) const;
    View view(const Segment& segment) const;
    /// Copies damaged bytes aside and tells of them, the first time only; returns whether it was.
    bool damaged(const Segment& segment, const File& file, std::uint64_t from, std::uint64_t to,
                 std::string_view what);

    void tell(Level level, std::string_view what) const;

    JournalOptions options;
    const Clock& clock;
    JournalReport report;
    FileSystem& files;

    std::mutex writing;
    std::optional<SegmentWriter> writer;
    std::shared_ptr<Segment> growing;
    std::mt19937 marks;

    std::mutex removing;
    std::mutex syncing;

    mutable std::mutex shared;
    mutable std::condition_variable_any changed;
    std::vector<std::shared_ptr<Segment>> segments;
    std::shared_ptr<File> growing_file;
    std::uint64_t durable_bytes = 0;  // of the segment that grows
    bool sync_failed = false;         // what is behind durable_bytes may never reach that file
    std::uint64_t dropped = 0;        // entries below were given up at the limit
    std::uint64_t collected = 0;      // bytes appended and not written
    JournalFigures figures;
    std::set<std::pair<std::uint64_t, std::uint64_t>> known_damage;  // segment, byte

    std::jthread syncer;

private:
    void roll(Timestamp now);
    void write_out();
    void sync_growing();
    bool must_move() const;
    std::shared_ptr<Segment> new_segment(std::uint64_t first, Timestamp now);
    bool roll_is_due(Timestamp now) const;
};

}  // namespace tsflow
