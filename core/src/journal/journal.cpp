#include "journal/journal.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "journal/cursor.hpp"
#include "journal/cursor_state.hpp"
#include "journal/journal_state.hpp"
#include "journal/opening.hpp"
#include "journal/undo.hpp"

namespace tsflow {
namespace {

/// A limit counts in whole segments: with this many in it, it is kept to within that share.
constexpr std::uint64_t segments_in_limit = 4;
constexpr std::uint64_t least_segment_bytes = 4096;

JournalOptions sized(JournalOptions options) {
    if (options.max_bytes > 0) {
        options.segment_bytes =
            std::max(least_segment_bytes,
                     std::min(options.segment_bytes, options.max_bytes / segments_in_limit));
    }
    return options;
}

}  // namespace

Journal::State::State(JournalOptions wanted, const Clock& the_clock, JournalReport the_report,
                      FileSystem& the_files)
    : options(sized(std::move(wanted))),
      clock(the_clock),
      report(std::move(the_report)),
      files(the_files),
      marks(std::random_device{}()) {
    OpenedSegments opened = open_segments(files, options, report);
    for (Segment& segment : opened.segments) {
        figures.bytes += segment.bytes;
        segments.push_back(std::make_shared<Segment>(std::move(segment)));
    }
    figures.next = figures.flushed = figures.durable = opened.next;
    figures.damaged_bytes = opened.damaged_bytes;
    figures.damaged_entries = opened.damaged_entries;
    trim(options.needed_from);
    if (options.sync.when == SyncPolicy::When::interval) {
        syncer = std::jthread([this](const std::stop_token& stop) { sync_regularly(stop); });
    }
}

Journal::State::~State() {
    syncer = {};
    try {
        flush();
        sync();
    } catch (const Error& error) {
        tell(Level::error, fmt::format("the last entries are not safe: {}", error.what()));
    }
}

void Journal::State::tell(Level level, std::string_view what) const {
    if (report) {
        report(level, fmt::format("the journal of {}: {}", options.node, what));
    }
}

bool Journal::State::roll_is_due(Timestamp now) const {
    constexpr int segments_in_age = 8;
    return !writer || writer->written() + writer->collected() >= options.segment_bytes ||
           (options.max_age > Duration{0} &&
            now - growing->first_appended >= options.max_age / segments_in_age);
}

std::shared_ptr<Segment> Journal::State::new_segment(std::uint64_t first, Timestamp now) {
    auto segment = std::make_shared<Segment>();
    segment->name = {first, static_cast<std::uint32_t>(marks())};
    segment->path = options.folder / segment->name.to_string();
    segment->next = first;
    segment->sealed = false;
    segment->first_appended = segment->last_appended = now;
    return segment;
}

/// Closes the segment that grows, durably, and begins the next.
void Journal::State::roll(Timestamp now) {
    if (writer) {
        write_out();
        sync_growing();
        const std::lock_guard lock(shared);
        growing->sealed = true;
        growing_file = nullptr;
        writer.reset();
    }
    const auto segment = new_segment(figures.next, now);
    writer.emplace(files, segment->path, segment->name.mark,
                   journal_format::SegmentHeader{figures.next, now, options.pipeline, options.node},
                   options.compress);
    segment->bytes = writer->written();
    growing = segment;
    {
        const std::lock_guard lock(shared);
        growing_file = writer->file();
        durable_bytes = segment->bytes;
        figures.bytes += segment->bytes;
        segments.push_back(segment);
    }
    trim(figures.needed);  // an empty one that it replaces, too
}

std::optional<std::uint64_t> Journal::State::append(const JournalEntry& entry) {
    const std::lock_guard lock(writing);
    if (!make_room()) {
        return std::nullopt;
    }
    const Timestamp now = clock.now();
    if (must_move()) {
        move_unsynced();
    }
    if (roll_is_due(now)) {
        roll(now);
    } else if (writer->collected() >= most_collected) {
        write_out();
    }
    const std::size_t before = writer->collected();
    writer->add(entry, figures.next, now);
    const std::size_t bytes = writer->collected() - before;
    const std::lock_guard shared_lock(shared);
    growing->last_appended = now;
    collected += bytes;
    figures.bytes += bytes;
    figures.appended_bytes += bytes;
    figures.appended_rows += entry.batch ? entry.batch.rows() : 0;
    return figures.next++;
}

void Journal::State::write_out() {
    writer->write_out();
    const std::lock_guard lock(shared);
    growing->bytes = writer->written();
    growing->next = figures.next;
    figures.flushed = figures.next;
    collected = 0;
    changed.notify_all();
}

void Journal::State::flush() {
    {
        const std::lock_guard lock(writing);
        if (writer && writer->collected() > 0) {
            write_out();
        }
    }
    if (options.sync.when == SyncPolicy::When::always) {
        sync();
    }
}

bool Journal::State::must_move() const {
    const std::lock_guard lock(shared);
    return sync_failed;
}

std::uint64_t Journal::State::sync() {
    if (must_move()) {
        const std::lock_guard lock(writing);
        if (must_move()) {
            move_unsynced();
        }
    } else {
        sync_growing();
    }
    const std::lock_guard lock(shared);
    return figures.durable;
}

void Journal::State::sync_growing() {
    const std::lock_guard one_at_a_time(syncing);
    std::unique_lock lock(shared);
    const std::shared_ptr<File> file = growing_file;
    const std::uint64_t to = figures.flushed;
    if (file == nullptr || figures.durable >= to) {
        return;
    }
    if (sync_failed) {
        throw RetryableError("what could not be synced is still to be moved to another file");
    }
    const std::uint64_t bytes = growing->bytes;
    lock.unlock();
    // The system may have dropped what it could not write, and says so only once.
    Undo distrust([this] {
        const std::lock_guard relock(shared);
        sync_failed = true;
    });
    file->sync();
    distrust.dismiss();
    lock.lock();
    figures.durable = to;
    durable_bytes = bytes;
}

void Journal::State::sync_regularly(const std::stop_token& stop) {
    std::mutex nobody;
    std::condition_variable_any due;
    std::unique_lock lock(nobody);
    while (!due.wait_for(lock, stop, options.sync.interval,
                         [&stop] { return stop.stop_requested(); })) {
        try {
            sync();
        } catch (const Error& error) {
            tell(Level::error, error.what());
        }
    }
}

std::shared_ptr<const Segment> Journal::State::segment_for(std::uint64_t offset) const {
    const std::lock_guard lock(shared);
    for (const auto& segment : segments) {
        if (segment->next > offset) {
            return segment;
        }
    }
    return nullptr;
}

Journal::State::View Journal::State::view(const Segment& segment) const {
    const std::lock_guard lock(shared);
    return {segment.bytes, segment.next, segment.sealed};
}

Journal::Journal(JournalOptions options, const Clock& clock, JournalReport report,
                 FileSystem& files)
    : state_(std::make_unique<State>(std::move(options), clock, std::move(report), files)) {}
Journal::~Journal() = default;

std::optional<std::uint64_t> Journal::append(const JournalEntry& entry) {
    return state_->append(entry);
}

void Journal::flush() {
    state_->flush();
}

std::uint64_t Journal::sync() {
    return state_->sync();
}

JournalCursor Journal::read(std::uint64_t from) {
    return JournalCursor(std::make_unique<JournalCursor::State>(*state_, from));
}

void Journal::trim(std::uint64_t before) {
    state_->trim(before);
}

bool Journal::wait_for_entry(std::uint64_t offset, std::stop_token stop) const {
    std::unique_lock lock(state_->shared);
    return state_->changed.wait(lock, stop, [&] { return state_->figures.flushed > offset; });
}

bool Journal::wait_for_room(std::stop_token stop) {
    std::unique_lock lock(state_->shared);
    return state_->changed.wait(lock, stop, [&] { return state_->has_room(); });
}

JournalFigures Journal::figures() const {
    const std::lock_guard lock(state_->shared);
    JournalFigures figures = state_->figures;
    figures.segments = state_->segments.size();
    figures.first = state_->segments.empty() ? figures.next : state_->segments.front()->name.first;
    return figures;
}

const JournalOptions& Journal::options() const noexcept {
    return state_->options;
}

}  // namespace tsflow
