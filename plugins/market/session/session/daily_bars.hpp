#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "calendar/calendar.hpp"
#include "indicators/day_bar.hpp"
#include "session/members.hpp"

namespace tsflow::market {

/// The day that a daily bar tells of. Vendors stamp them with the midnight that begins the day, in New York
/// or in UTC.
Date date_of_daily_bar(const Calendar& calendar, Timestamp time);

/// Daily bars that wait until their day is over, whatever the order in which they come.
class DailyBars {
public:
    struct Row {
        Slot slot = no_slot;
        DayBar bar;
    };

    void add(Date date, Slot slot, const DayBar& bar) { days_[date].push_back({slot, bar}); }
    /// Of the earliest day.
    std::optional<Date> first() const {
        return days_.empty() ? std::nullopt : std::optional{days_.begin()->first};
    }
    bool has(Date date) const { return days_.count(date) != 0; }
    /// Takes out all of a day, by slot; of several of one slot the one that came last.
    std::vector<Row> take(Date date);

    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    std::map<Date, std::vector<Row>> days_;
};

void save_date(StateWriter& state, Date date);
Date restored_date(StateReader& state);
void save_rows(StateWriter& state, const std::vector<DailyBars::Row>& rows);
std::vector<DailyBars::Row> restored_rows(StateReader& state);

}  // namespace tsflow::market
