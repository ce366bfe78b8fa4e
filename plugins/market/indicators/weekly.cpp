#include "indicators/weekly.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tsflow::market {

namespace {

DayBar joined(const DayBar& earlier, const DayBar& later) noexcept {
    return {earlier.open, std::max(earlier.high, later.high), std::min(earlier.low, later.low),
            later.close, earlier.volume + later.volume};
}

}  // namespace

Date week_of(Date session) noexcept {
    const std::chrono::sys_days day{session};
    return Date{day - (std::chrono::weekday{day} - std::chrono::Monday)};
}

std::optional<WeekBar> Weeks::commit(Date session, const DayBar& bar) {
    const Date monday = week_of(session);
    if (week_ && week_->monday == monday) {
        week_->bar = joined(week_->bar, bar);
        return std::nullopt;
    }
    return std::exchange(week_, WeekBar{monday, bar});
}

std::optional<WeekBar> Weeks::close() {
    return std::exchange(week_, std::nullopt);
}

WeekBar Weeks::live(Date session, const DayBar& bar) const noexcept {
    const Date monday = week_of(session);
    if (week_ && week_->monday == monday) {
        return {monday, joined(week_->bar, bar)};
    }
    return {monday, bar};
}

void Weeks::apply_split(double ratio) noexcept {
    if (week_) {
        week_->bar = after_split(week_->bar, ratio);
    }
}

void Weeks::save(StateWriter& state) const {
    state.boolean(week_.has_value());
    if (week_) {
        state.integer(week_->monday.time_since_epoch().count());
        const DayBar& bar = week_->bar;
        for (const double value : {bar.open, bar.high, bar.low, bar.close, bar.volume}) {
            state.real(value);
        }
    }
}

void Weeks::restore(StateReader& state) {
    week_.reset();
    if (state.boolean()) {
        week_.emplace();
        week_->monday = Date{Date::duration{static_cast<std::int32_t>(state.integer())}};
        DayBar& bar = week_->bar;
        for (double* value : {&bar.open, &bar.high, &bar.low, &bar.close, &bar.volume}) {
            *value = state.real();
        }
    }
}

}  // namespace tsflow::market
