#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "journal/entry.hpp"
#include "journal/file_system.hpp"
#include "journal/segment.hpp"

namespace tsflow {

/// Bytes of a segment that cannot be read.
struct JournalDamage {
    std::uint64_t from = 0, to = 0;  ///< bytes
    std::uint64_t offset = 0;        ///< the entry that was expected there
    std::string what;
};

/// What reading one segment through has found.
struct SegmentSurvey {
    std::uint64_t entries = 0, rows = 0;
    std::uint64_t next = 0;   ///< one beyond its last entry
    std::uint64_t end = 0;    ///< one beyond its last whole frame
    bool compressed = false;  ///< at least one batch is
    Timestamp first_appended{}, last_appended{};
    std::string pipeline, node;
    std::vector<JournalDamage> damage;
    /// Bytes behind `end` of the last segment, which are an entry that was not written to its end, or is
    /// being written now.
    std::uint64_t torn_bytes = 0;
};

/// Reads a segment without changing anything, beside a running pipeline too. `last`: the newest, whose end
/// may be torn. With `visit`, entries are decoded, and what cannot be is damage; it returns false for enough.
SegmentSurvey survey(FileSystem& files, const Segment& segment, bool last,
                     const std::function<bool(const JournalEntry& entry)>& visit = {});

/// Copies all damage to the quarantine and puts `lost` frames in its place; cuts the torn end of the last
/// segment. For a journal that nobody has open. Throws IoError.
void repair(FileSystem& files, const Segment& segment, const SegmentSurvey& found);

}  // namespace tsflow
