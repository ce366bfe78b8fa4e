#include "journal/opening.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "journal/frame_reader.hpp"
#include "journal/quarantine.hpp"

namespace tsflow {

using namespace journal_format;

namespace {

class Opening {
public:
    Opening(FileSystem& files, const JournalOptions& options, const JournalReport& report)
        : files_(files), options_(options), report_(report) {}

    OpenedSegments run() {
        files_.make_folder(options_.folder);
        remove_unfinished();
        opened_.segments = list_segments(files_, options_.folder);
        remove_doubles();
        if (!opened_.segments.empty()) {
            mend(opened_.segments.back());
            opened_.next = opened_.segments.back().next;
        }
        tell_times();
        if (opened_.next < options_.needed_from) {
            if (opened_.next > 0) {
                tell(Level::warning,
                     fmt::format("it ends at entry {} and goes on at {}, which is where the "
                                 "pipeline is",
                                 opened_.next, options_.needed_from));
            }
            opened_.next = options_.needed_from;
        }
        return std::move(opened_);
    }

private:
    void tell(Level level, const std::string& what) {
        if (report_) {
            report_(level, fmt::format("the journal of {}: {}", options_.node, what));
        }
    }

    void remove_unfinished() {
        for (const std::string& name : files_.list(options_.folder)) {
            if (name.ends_with(unfinished_suffix)) {
                files_.remove(options_.folder / name);
            }
        }
    }

    /// Of segments that begin at the same entry, one was made in place of the other: the one that reaches
    /// further holds all of it.
    void remove_doubles() {
        auto& all = opened_.segments;
        for (std::size_t i = 0; i + 1 < all.size();) {
            if (all[i].name.first != all[i + 1].name.first) {
                ++i;
                continue;
            }
            const std::size_t shorter = reach(all[i]) <= reach(all[i + 1]) ? i : i + 1;
            files_.remove(all[shorter].path);
            files_.sync_folder(options_.folder);
            all.erase(all.begin() + static_cast<std::ptrdiff_t>(shorter));
        }
    }

    std::uint64_t reach(const Segment& segment) {
        const std::unique_ptr<File> file = files_.open(segment.path, false);
        const std::uint64_t size = file->size();
        FrameReader reader(*file, segment.name);
        std::uint64_t next = segment.name.first;
        for (auto found = reader.next(size); found != FrameReader::Found::end;
             found = reader.next(size)) {
            if (found == FrameReader::Found::frame && is_entry(reader.head().kind)) {
                next = reader.head().offset + 1;
            }
        }
        return next;
    }

    void mend(Segment& segment) {
        const std::unique_ptr<File> file = files_.open(segment.path, true);
        const std::uint64_t size = file->size();
        FrameReader reader(*file, segment.name);
        segment.next = segment.name.first;
        for (auto found = reader.next(size); found != FrameReader::Found::end;
             found = reader.next(size)) {
            if (found == FrameReader::Found::damage) {
                quarantine(segment, *file, reader.at(), reader.end());
            } else if (found == FrameReader::Found::tail) {
                const std::uint64_t from = reader.at();
                if (!reader.tail_is_torn(size)) {
                    quarantine(segment, *file, from, size);
                }
                cut(segment, *file, from, size);
                return;
            } else if (is_entry(reader.head().kind)) {
                opened_.damaged_entries += reader.head().offset - segment.next;
                segment.next = reader.head().offset + 1;
                segment.last_appended = Timestamp{Duration{reader.head().appended}};
            }
        }
        segment.bytes = size;
    }

    void cut(Segment& segment, File& file, std::uint64_t from, std::uint64_t size) {
        file.truncate(from);
        file.sync();
        segment.bytes = from;
        tell(Level::info, fmt::format("cut {} bytes that are no whole entry off the end of {}",
                                      size - from, segment.name.to_string()));
    }

    void quarantine(const Segment& segment, const File& file, std::uint64_t from,
                    std::uint64_t to) {
        const auto copy = keep_damaged(files_, segment, file, from, to);
        opened_.damaged_bytes += to - from;
        tell(Level::error,
             fmt::format("bytes {} to {} of {} are damaged; they were copied to '{}', and what "
                         "follows is read on",
                         from, to, segment.name.to_string(), copy.string()));
    }

    /// A segment was closed about when the next was made.
    void tell_times() {
        for (std::size_t i = 0; i < opened_.segments.size(); ++i) {
            Segment& segment = opened_.segments[i];
            segment.first_appended = created(segment);
            if (i > 0) {
                opened_.segments[i - 1].last_appended = segment.first_appended;
            }
        }
    }

    Timestamp created(const Segment& segment) {
        const std::unique_ptr<File> file = files_.open(segment.path, false);
        FrameReader reader(*file, segment.name);
        return reader.next(std::min<std::uint64_t>(segment.bytes, most_header_bytes)) ==
                       FrameReader::Found::frame
                   ? Timestamp{Duration{reader.head().appended}}
                   : segment.last_appended;
    }

    FileSystem& files_;
    const JournalOptions& options_;
    const JournalReport& report_;
    OpenedSegments opened_;
};

}  // namespace

OpenedSegments open_segments(FileSystem& files, const JournalOptions& options,
                             const JournalReport& report) {
    return Opening(files, options, report).run();
}

std::vector<Segment> list_segments(FileSystem& files, const std::filesystem::path& folder) {
    std::vector<Segment> segments;
    for (const std::string& name : files.list(folder)) {
        if (const auto parsed = parse_segment_name(name)) {
            Segment segment;
            segment.name = *parsed;
            segment.path = folder / name;
            segment.bytes = files.open(segment.path, false)->size();
            segments.push_back(std::move(segment));
        }
    }
    std::sort(segments.begin(), segments.end(),
              [](const Segment& a, const Segment& b) { return a.name.first < b.name.first; });
    for (std::size_t i = 0; i < segments.size(); ++i) {
        segments[i].next =
            i + 1 < segments.size() ? segments[i + 1].name.first : segments[i].name.first;
    }
    return segments;
}

}  // namespace tsflow
