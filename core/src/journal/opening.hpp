#pragma once

#include <cstdint>
#include <vector>

#include "journal/file_system.hpp"
#include "journal/options.hpp"
#include "journal/segment.hpp"

namespace tsflow {

/// What is in a journal's folder, oldest first, after what a crash left was mended.
struct OpenedSegments {
    std::vector<Segment> segments;
    std::uint64_t next = 0;  ///< offset that the next entry gets
    std::uint64_t damaged_entries = 0;
    std::uint64_t damaged_bytes = 0;
};

/// Lists the segments, cuts the torn tail of the last and quarantines damage in it; the others are looked into
/// when they are read. Removes what was made and not finished. Throws IoError.
OpenedSegments open_segments(FileSystem& files, const JournalOptions& options,
                             const JournalReport& report);

/// The segments by name, oldest first; sizes are those of the files, times are not known.
std::vector<Segment> list_segments(FileSystem& files, const std::filesystem::path& folder);

}  // namespace tsflow
