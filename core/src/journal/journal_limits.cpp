#include <algorithm>

#include <fmt/format.h>

#include "journal/decoder.hpp"
#include "journal/frame_reader.hpp"
#include "journal/journal_state.hpp"
#include "journal/quarantine.hpp"

namespace tsflow {

bool Journal::State::has_room() const {
    if (figures.needed >= figures.next || segments.empty()) {
        return true;  // all is consumed: append() makes room
    }
    if (options.max_bytes > 0 && figures.bytes >= options.max_bytes) {
        return false;
    }
    if (options.max_age == Duration{0}) {
        return true;
    }
    const auto oldest = std::find_if(segments.begin(), segments.end(), [this](const auto& segment) {
        return segment->next > std::max(figures.needed, dropped);
    });
    return oldest == segments.end() || clock.now() - (*oldest)->first_appended < options.max_age;
}

/// Whether one more entry may be appended, after what the policy allows to be done for it.
bool Journal::State::make_room() {
    if (options.max_bytes == 0 && options.max_age == Duration{0}) {
        return true;
    }
    std::unique_lock lock(shared);
    while (!has_room()) {
        if (options.at_limit == AtLimit::block) {
            return false;
        }
        lock.unlock();
        if (!drop_oldest()) {
            return false;
        }
        lock.lock();
    }
    const bool all_consumed = figures.needed >= figures.next;
    const bool over = options.max_bytes > 0 && figures.bytes >= options.max_bytes;
    lock.unlock();
    if (all_consumed && over && growing != nullptr && !growing->empty()) {
        roll(clock.now());
    }
    return true;
}

bool Journal::State::drop_oldest() {
    std::shared_ptr<Segment> oldest;
    bool needed = false;
    {
        const std::lock_guard lock(shared);
        oldest = segments.front();
        needed = oldest->empty() || oldest->next > std::max(figures.needed, dropped);
    }
    if (!needed) {
        remove_unneeded(Kept::goes);
        const std::lock_guard lock(shared);
        return segments.front() != oldest;
    }
    if (oldest == growing) {
        roll(clock.now());
    }
    std::uint64_t rows = 0;
    std::uint64_t from = 0;
    {
        const std::lock_guard lock(shared);
        from = std::max(oldest->name.first, figures.needed);
    }
    const std::unique_ptr<File> file = files.open(oldest->path, false);
    FrameReader reader(*file, oldest->name);
    for (auto found = reader.next(oldest->bytes); found != FrameReader::Found::end;
         found = reader.next(oldest->bytes)) {
        if (found == FrameReader::Found::frame && reader.head().offset >= from) {
            rows += rows_of(reader.head(), reader.payload());
        }
    }
    const std::uint64_t entries = oldest->next - from;
    tell(Level::warning,
         fmt::format("full: dropped the oldest {} entries with {} rows (offsets {} to {})", entries,
                     rows, from, oldest->next - 1));
    {
        const std::lock_guard lock(shared);
        figures.dropped_entries += entries;
        figures.dropped_rows += rows;
        // Not `needed`: who still wants these entries has to hear that they are lost.
        dropped = oldest->next;
    }
    remove_unneeded();
    const std::lock_guard lock(shared);
    return segments.front() != oldest;
}

void Journal::State::trim(std::uint64_t before) {
    {
        const std::lock_guard lock(shared);
        figures.needed = std::max(figures.needed, before);
        changed.notify_all();
    }
    remove_unneeded();
}

bool Journal::State::is_kept(const Segment& segment) const {
    return segment.next > dropped && figures.bytes <= options.keep_bytes &&
           clock.now() - segment.last_appended < options.keep;
}

void Journal::State::remove_unneeded(Kept kept) {
    const std::lock_guard one_at_a_time(removing);
    std::unique_lock lock(shared);
    while (segments.size() > 1 && segments[0]->sealed &&
           segments[0]->next <= std::max(figures.needed, dropped) &&
           (kept == Kept::goes || !is_kept(*segments[0]))) {
        const std::shared_ptr<Segment> segment = segments.front();
        lock.unlock();
        // One by one and each on the disk before the next, so that what is left has no holes after a power cut.
        try {
            files.remove(segment->path);
            files.sync_folder(options.folder);
        } catch (const Error& error) {
            tell(Level::warning,
                 fmt::format("what is no longer needed stays for now: {}", error.what()));
            return;
        }
        lock.lock();
        segments.erase(segments.begin());
        figures.bytes -= segment->bytes;
        changed.notify_all();
    }
}

bool Journal::State::damaged(const Segment& segment, const File& file, std::uint64_t from,
                             std::uint64_t to, std::string_view what) {
    {
        const std::lock_guard lock(shared);
        if (!known_damage.emplace(segment.name.first, from).second) {
            return false;
        }
        figures.damaged_bytes += to - from;
    }
    const auto copy = keep_damaged(files, segment, file, from, to);
    tell(Level::error,
         fmt::format(
             "bytes {} to {} of {}: {}; they were copied to '{}', and what follows is read on",
             from, to, segment.name.to_string(), what, copy.string()));
    return true;
}

}  // namespace tsflow
