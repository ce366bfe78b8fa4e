#pragma once

#include <cstdint>
#include <filesystem>

#include "journal/format.hpp"
#include "tsflow/time.hpp"

namespace tsflow {

/// What is known of one segment file without reading it.
struct Segment {
    journal_format::SegmentName name;
    std::filesystem::path path;
    std::uint64_t bytes = 0;  ///< whole frames end there
    std::uint64_t next = 0;   ///< entries from `name.first` up to here, not included, are its
    bool sealed = true;       ///< it does not grow
    Timestamp first_appended{};
    Timestamp last_appended{};

    bool empty() const noexcept { return next == name.first; }
};

}  // namespace tsflow
