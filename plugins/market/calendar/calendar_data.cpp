#include "calendar_data.hpp"

#include <algorithm>
#include <iterator>

#include "new_york.hpp"
#include "tsflow/error.hpp"
#include "tsflow/text.hpp"

namespace tsflow::market {

namespace {

using namespace std::chrono;

constexpr sys_days first_day = 1998y / January / 1;
constexpr sys_days last_day = 2037y / December / 31;

const Hours& hours_on(Date date, const std::map<Date, Hours>& table) {
    return std::prev(table.upper_bound(date))->second;
}

}  // namespace

void CalendarData::add(const std::string& file, std::string_view text) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        try {
            add_line(line);
        } catch (const Error& error) {
            throw Error(file + ":" + std::to_string(number) + ": " + error.what());
        }
    }
}

void CalendarData::add_line(std::string_view line) {
    const std::string_view first = next_word(line);
    if (first.empty() || first.starts_with('#')) {
        return;
    }
    const auto date = parse_date(first);
    if (!date) {
        throw Error("a line starts with a day such as 2025-01-09, and not with '" +
                    std::string{first} + "'");
    }
    if (*date < Date{first_day} || *date > Date{last_day}) {
        throw Error("the calendar covers " + format_date(first_day) + " to " +
                    format_date(last_day) + ", without " + format_date(*date));
    }
    const std::string_view what = next_word(line);
    if (what == "hours") {
        full_[*date] = parse_hours(line);
    } else if (what == "early_hours") {
        early_[*date] = parse_hours(line);
    } else if (what == "closed") {
        exceptions_[*date] = DayKind::closed;
    } else if (what == "early") {
        exceptions_[*date] = DayKind::early;
    } else if (what == "open") {
        exceptions_[*date] = DayKind::full;
    } else {
        const std::string near = nearest(what, {"hours", "early_hours", "closed", "early", "open"});
        throw Error("after the day stands closed, early, open, hours or early_hours, and not '" +
                    std::string{what} + "'" +
                    (near.empty() ? "" : "; did you mean '" + near + "'?"));
    }
}

DayKind CalendarData::kind(Date date) const {
    const auto exception = exceptions_.find(date);
    return exception == exceptions_.end() ? kind_by_rules(date) : exception->second;
}

Calendar CalendarData::calendar() const {
    const NewYork clock(first_day, last_day);
    std::vector<TradingDay> days;
    for (Date date = first_day; date <= Date{last_day}; date += Date::duration{1}) {
        const DayKind kind = this->kind(date);
        if (kind == DayKind::closed) {
            continue;
        }
        const Hours& hours = hours_on(date, kind == DayKind::early ? early_ : full_);
        const auto span = [&](const ClockSpan& on_clock) {
            return on_clock.empty()
                       ? SessionSpan{}
                       : SessionSpan{clock.at(date, on_clock.open), clock.at(date, on_clock.close)};
        };
        TradingDay day{date,
                       kind == DayKind::early,
                       span(hours.overnight),
                       span(hours.pre),
                       span(hours.regular),
                       span(hours.post),
                       {}};
        day.whole = day.regular;
        for (const SessionSpan& session : {day.overnight, day.pre, day.post}) {
            if (!session.empty()) {
                day.whole.open = std::min(day.whole.open, session.open);
                day.whole.close = std::max(day.whole.close, session.close);
            }
        }
        if (!days.empty() && days.back().whole.close > day.whole.open) {
            throw Error("the sessions of " + format_date(date) +
                        " open before those of the trading day before have closed; check the hours "
                        "of the overnight session");
        }
        days.push_back(day);
    }
    return {Date{first_day}, Date{last_day}, std::move(days)};
}

}  // namespace tsflow::market
