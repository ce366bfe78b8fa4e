#include "session/daily_bars.hpp"

#include <algorithm>
#include <chrono>

namespace tsflow::market {

Date date_of_daily_bar(const Calendar& calendar, Timestamp time) {
    const Date utc = std::chrono::floor<Date::duration>(time);
    return Timestamp{utc} == time ? utc : calendar.trade_date(time);
}

std::vector<DailyBars::Row> DailyBars::take(Date date) {
    const auto found = days_.find(date);
    if (found == days_.end()) {
        return {};
    }
    std::vector<Row> rows = std::move(found->second);
    days_.erase(found);
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Row& a, const Row& b) { return a.slot < b.slot; });
    // Reversed, so that of equal slots the last one is the first, which unique() keeps.
    std::reverse(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end(),
                           [](const Row& a, const Row& b) { return a.slot == b.slot; }),
               rows.end());
    std::reverse(rows.begin(), rows.end());
    return rows;
}

void save_date(StateWriter& state, Date date) {
    state.integer(date.time_since_epoch().count());
}

Date restored_date(StateReader& state) {
    return Date{Date::duration{static_cast<std::int32_t>(state.integer())}};
}

void save_rows(StateWriter& state, const std::vector<DailyBars::Row>& rows) {
    state.integer(static_cast<std::int64_t>(rows.size()));
    for (const DailyBars::Row& row : rows) {
        state.integer(row.slot);
        for (const double value :
             {row.bar.open, row.bar.high, row.bar.low, row.bar.close, row.bar.volume}) {
            state.real(value);
        }
    }
}

std::vector<DailyBars::Row> restored_rows(StateReader& state) {
    std::vector<DailyBars::Row> rows(static_cast<std::size_t>(state.integer()));
    for (auto& [slot, bar] : rows) {
        slot = static_cast<Slot>(state.integer());
        for (double* value : {&bar.open, &bar.high, &bar.low, &bar.close, &bar.volume}) {
            *value = state.real();
        }
    }
    return rows;
}

void DailyBars::save(StateWriter& state) const {
    state.integer(static_cast<std::int64_t>(days_.size()));
    for (const auto& [date, rows] : days_) {
        save_date(state, date);
        save_rows(state, rows);
    }
}

void DailyBars::restore(StateReader& state) {
    days_.clear();
    for (std::int64_t days = state.integer(); days > 0; --days) {
        std::vector<Row>& rows = days_[restored_date(state)];
        rows = restored_rows(state);
    }
}

}  // namespace tsflow::market
