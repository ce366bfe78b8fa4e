#include "new_york.hpp"

#include <chrono>

namespace tsflow::massive_sim {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::sys_time;

constexpr hours standard{-5};
constexpr hours summer{-4};

hours offset_at(sys_time<milliseconds> time) {
    using std::chrono::March;
    using std::chrono::November;
    using std::chrono::Sunday;
    const auto year = std::chrono::year_month_day{floor<days>(time)}.year();
    // At 02:00 of local time, which is 07:00 and 06:00 UTC.
    const auto begin = sys_days{year / March / Sunday[2]} + hours{7};
    const auto end = sys_days{year / November / Sunday[1]} + hours{6};
    return time >= begin && time < end ? summer : standard;
}

}  // namespace

NewYork new_york(std::int64_t ms) {
    const sys_time<milliseconds> time{milliseconds{ms}};
    const auto local = time + offset_at(time);
    const auto day = floor<days>(local);
    const std::chrono::weekday weekday{day};
    return {day.time_since_epoch().count(), floor<minutes>(local - day).count(),
            weekday != std::chrono::Saturday && weekday != std::chrono::Sunday};
}

std::int64_t midnight_ms(std::int64_t new_york_day) {
    // Summer time never changes between midnight and 05:00 UTC of the same New York night.
    const sys_time<milliseconds> utc_midnight{days{new_york_day}};
    const auto guess = utc_midnight - standard;
    return (utc_midnight - offset_at(guess)).time_since_epoch().count();
}

}  // namespace tsflow::massive_sim
