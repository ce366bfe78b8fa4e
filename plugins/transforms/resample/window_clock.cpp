#include "window_clock.hpp"

#include <algorithm>

#include "tsflow/error.hpp"

namespace tsflow::resample {

namespace {

constexpr std::int64_t hour = 3'600'000'000'000;
constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t monday = 4 * day;  // 1970-01-05
constexpr std::int64_t longest = 366 * day;

std::int64_t floor_to(std::int64_t time, std::int64_t step) {
    const std::int64_t rest = time % step;
    return time - (rest < 0 ? rest + step : rest);
}

std::int64_t checked(Duration every) {
    const std::int64_t length = every.count();
    if (length <= 0 || length > longest || (length < day ? day % length : length % day) != 0) {
        throw ConfigError("every", "windows of " + format_duration(every) +
                                       " do not fit the day; write a length that divides 24 hours, "
                                       "such as \"5m\" or \"1h\", or whole days up to \"366d\"");
    }
    return length;
}

}  // namespace

WindowClock::WindowClock(Duration every, const std::string& zone)
    : every_(checked(every)), zone_(zone) {}

Span WindowClock::find(std::int64_t time) {
    const OffsetSpan span = zone_.at(time);
    const std::int64_t local = time + span.offset;
    if (every_ <= hour) {
        const std::int64_t start = floor_to(local, every_) - span.offset;
        return {std::max(start, span.begin), std::min(start + every_, span.end)};
    }
    const std::int64_t origin = every_ > day ? monday : 0;
    std::int64_t grid = floor_to(local - origin, every_) + origin;
    Span window{zone_.first_moment(grid), zone_.first_moment(grid + every_)};
    // A clock set back over a grid time shows earlier times in the window that has begun.
    while (window.end <= time) {
        grid += every_;
        window = {window.end, zone_.first_moment(grid + every_)};
    }
    return window;
}

}  // namespace tsflow::resample
