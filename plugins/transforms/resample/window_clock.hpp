#pragma once

#include <cstdint>
#include <string>

#include "tsflow/time.hpp"
#include "zone.hpp"

namespace tsflow::resample {

/// A window of time, ns UTC, without its end.
struct Span {
    std::int64_t start = 0;
    std::int64_t end = 0;

    bool holds(std::int64_t time) const noexcept { return start <= time && time < end; }
};

/// Cuts time into windows that start on the wall clock of a zone.
///
/// Windows of up to an hour are cells of the clock's grid, cut where the clock is set: the hour that a
/// clock shows twice in autumn makes two windows. Longer ones run from one grid time to the next, so
/// that a day lasts from midnight to midnight, 23 or 25 hours when the clock is set. Several days count
/// from Monday 1970-01-05, so that 7d is a week from Monday.
class WindowClock {
public:
    /// Times that windows can be made of: 1700 to 2250, well within what 64 bits of ns hold.
    static constexpr std::int64_t earliest = -8'520'336'000'000'000'000;
    static constexpr std::int64_t latest = 8'835'955'200'000'000'000;

    /// Throws ConfigError for a length that neither divides a day nor is whole days.
    WindowClock(Duration every, const std::string& zone);

    /// The window that holds `time`, which lies within the limits above.
    const Span& window_of(std::int64_t time) {
        if (!window_.holds(time)) {
            window_ = find(time);
        }
        return window_;
    }

private:
    Span find(std::int64_t time);

    std::int64_t every_;
    Zone zone_;
    Span window_;  // the last one asked for: rows come mostly in the order of time
};

}  // namespace tsflow::resample
