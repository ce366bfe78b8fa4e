#pragma once

#include <cstdint>
#include <string>

/// The exchange's days and hours, by the rule for summer time that holds since 2007. Times are
/// milliseconds since 1970 in UTC, days count from 1970-01-01.
namespace tsflow::massive_sim {

inline constexpr std::int64_t ms_per_second = 1000;
inline constexpr std::int64_t ms_per_minute = 60 * ms_per_second;
inline constexpr std::int64_t minutes_per_day = 24 * 60;

/// Day and time of day in New York.
struct NewYork {
    std::int64_t day = 0;
    std::int64_t minute = 0;  ///< since midnight
    bool is_weekday = true;
};

NewYork new_york(std::int64_t ms);
/// When a day begins in New York.
std::int64_t midnight_ms(std::int64_t new_york_day);

inline constexpr std::int64_t regular_open = 9 * 60 + 30;
inline constexpr std::int64_t regular_close = 16 * 60;
inline constexpr std::int64_t early_open = 4 * 60;
inline constexpr std::int64_t late_close = 20 * 60;

}  // namespace tsflow::massive_sim
