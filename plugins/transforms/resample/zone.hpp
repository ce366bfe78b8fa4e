#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tsflow::resample {

/// A span of time, in ns UTC, over which a zone's clocks stand `offset` ns ahead of UTC.
struct OffsetSpan {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::int64_t offset = 0;

    bool holds(std::int64_t time) const noexcept { return begin <= time && time < end; }
};

/// A time zone by its IANA name, with the system's tzdata.
class Zone {
public:
    /// Throws ConfigError at the option `timezone`, with the nearest name, for an unknown name.
    explicit Zone(const std::string& name);

    /// The span that holds `time`; remembers spans, so that this asks the zone data once per span.
    const OffsetSpan& at(std::int64_t time);
    /// The first moment at which the zone's clocks show `local` (ns on the clock since 1970-01-01), or,
    /// when they jump over it, the moment of the jump.
    std::int64_t first_moment(std::int64_t local);

private:
    OffsetSpan look_up(std::int64_t time) const;

    const void* data_ = nullptr;     // date::time_zone, which is no name of this header; null: UTC
    std::vector<OffsetSpan> spans_;  // ascending
    std::size_t last_ = 0;
};

}  // namespace tsflow::resample
