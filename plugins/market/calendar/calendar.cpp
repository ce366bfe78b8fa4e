#include "calendar/calendar.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "calendar_data.hpp"
#include "tsflow/error.hpp"

namespace tsflow::market {

namespace {

using Days = Date::duration;

std::size_t index(Days distance) {
    return static_cast<std::size_t>(distance.count());
}

CalendarData built_in() {
    CalendarData data;
    data.add("us_equities.txt", us_equities_text);
    return data;
}

[[noreturn]] void throw_outside(const Calendar& calendar, const std::string& what) {
    throw Error("the calendar covers the trading days from " + format_date(calendar.first()) +
                " to " + format_date(calendar.last()) + ", and " + what + " is outside");
}

}  // namespace

const Calendar& Calendar::us_equities() {
    static const Calendar calendar = built_in().calendar();
    return calendar;
}

Calendar Calendar::load(const std::filesystem::path& file) {
    std::error_code missing;
    std::ifstream in;
    if (std::filesystem::is_regular_file(file, missing)) {
        in.open(file, std::ios::binary);
    }
    if (!in.is_open()) {
        throw Error("the calendar file '" + file.string() +
                    "' cannot be read; check the path and the access rights");
    }
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    CalendarData data = built_in();
    data.add(file.string(), text);
    return data.calendar();
}

Calendar::Calendar(Date first, Date last, std::vector<TradingDay> days)
    : first_(first), last_(last), days_(std::move(days)) {
    const std::size_t covered = index(last_ - first_) + 1;
    ranks_.reserve(covered + 1);
    by_moment_.reserve(covered + 1);
    std::uint32_t begun = 0;
    std::uint32_t ended = 0;
    for (std::size_t i = 0; i <= covered; ++i) {
        const Date date = first_ + Days{static_cast<std::int32_t>(i)};
        while (begun < days_.size() && days_[begun].date < date) {
            ++begun;
        }
        while (ended < days_.size() && days_[ended].whole.close <= Timestamp{date}) {
            ++ended;
        }
        ranks_.push_back(begun);
        by_moment_.push_back(ended);
    }
}

std::size_t Calendar::rank(Date date) const {
    if (date < first_ || date > last_) {
        throw_outside(*this, format_date(date));
    }
    return ranks_[index(date - first_)];
}

const TradingDay* Calendar::find(Date date) const {
    const std::size_t i = rank(date);
    return i < days_.size() && days_[i].date == date ? &days_[i] : nullptr;
}

std::optional<TradingDay> Calendar::day(Date date) const {
    const TradingDay* found = find(date);
    return found == nullptr ? std::nullopt : std::optional{*found};
}

Date Calendar::next_trading_day(Date date) const {
    const std::size_t i = rank(date) + (is_trading_day(date) ? 1 : 0);
    if (i == days_.size()) {
        throw_outside(*this, "the trading day after " + format_date(date));
    }
    return days_[i].date;
}

Date Calendar::previous_trading_day(Date date) const {
    const std::size_t i = rank(date);
    if (i == 0) {
        throw_outside(*this, "the trading day before " + format_date(date));
    }
    return days_[i - 1].date;
}

std::vector<Date> Calendar::trading_days(Date from, Date to) const {
    std::vector<Date> dates;
    if (from > to) {
        return dates;
    }
    const std::size_t begin = rank(from);
    const std::size_t end = rank(to) + (is_trading_day(to) ? 1 : 0);
    dates.reserve(end - begin);
    for (std::size_t i = begin; i < end; ++i) {
        dates.push_back(days_[i].date);
    }
    return dates;
}

const TradingDay& Calendar::day_of(Timestamp time) const {
    const Date date = std::chrono::floor<Days>(time);
    const Days distance = date - first_;
    if (distance.count() < 0 || index(distance) >= by_moment_.size()) {
        throw_outside(*this, format_timestamp(time));
    }
    std::size_t i = by_moment_[index(distance)];
    while (i < days_.size() && days_[i].whole.close <= time) {
        ++i;
    }
    if (i == days_.size()) {
        throw_outside(*this, format_timestamp(time));
    }
    return days_[i];
}

Moment Calendar::at(Timestamp time) const {
    const TradingDay& day = day_of(time);
    const auto in = [&](Session session, const SessionSpan& span) {
        const auto minutes = std::chrono::floor<std::chrono::minutes>(time - span.open);
        return Moment{day.date, session, static_cast<int>(minutes.count())};
    };
    if (day.regular.holds(time)) {
        return in(Session::regular, day.regular);
    }
    if (day.pre.holds(time)) {
        return in(Session::pre, day.pre);
    }
    if (day.post.holds(time)) {
        return in(Session::post, day.post);
    }
    if (day.overnight.holds(time)) {
        return in(Session::overnight, day.overnight);
    }
    return {day.date, Session::closed, -1};
}

}  // namespace tsflow::market
