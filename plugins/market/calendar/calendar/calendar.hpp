#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "tsflow/time.hpp"

namespace tsflow::market {

/// The parts of a trading day. `overnight` is of the evening before; no day has one until the hours in
/// the calendar's data say so.
enum class Session : std::uint8_t { closed, overnight, pre, regular, post };

/// From `open` up to and without `close`.
struct SessionSpan {
    Timestamp open;
    Timestamp close;

    bool empty() const noexcept { return open == close; }
    bool holds(Timestamp time) const noexcept { return time >= open && time < close; }
};

struct TradingDay {
    Date date;
    bool early_close = false;
    // Those that the day does not have are empty.
    SessionSpan overnight;
    SessionSpan pre;
    SessionSpan regular;
    SessionSpan post;

    /// From the first open to the last close; there may be breaks between.
    SessionSpan whole;
};

/// Where a point in time stands.
struct Moment {
    /// The trading day it belongs to. What lies between two trading days belongs to the later one: a
    /// trading day is over when its last session closes.
    Date trade_date;
    Session session = Session::closed;
    /// Full minutes since the session's open, 0 in its first minute; -1 when closed. A minute bar is
    /// asked for by its start.
    int minute_of_session = -1;

    friend bool operator==(const Moment&, const Moment&) = default;
};

/// The trading days of one market with the hours of their sessions, worked out once for all days that it
/// covers. Never changes, so any thread may ask; every question takes some nanoseconds. Questions about
/// what is not covered throw Error.
class Calendar {
public:
    /// NYSE and Nasdaq, 1998-01-01 to 2037-12-31: one calendar, as they keep the same days and hours.
    static const Calendar& us_equities();
    /// The same with the lines of a file added to its data (README.md says which there are): closures
    /// and hours that were made known after this version. Throws Error with file and line.
    static Calendar load(const std::filesystem::path& file);

    Date first() const noexcept { return first_; }
    Date last() const noexcept { return last_; }

    bool is_trading_day(Date date) const { return find(date) != nullptr; }
    /// Nothing on other days.
    std::optional<TradingDay> day(Date date) const;
    /// The first trading day after `date`, and the last one before it.
    Date next_trading_day(Date date) const;
    Date previous_trading_day(Date date) const;
    /// All of them, `from` and `to` included.
    std::vector<Date> trading_days(Date from, Date to) const;

    Moment at(Timestamp time) const;
    Date trade_date(Timestamp time) const { return day_of(time).date; }

private:
    friend class CalendarData;
    Calendar(Date first, Date last, std::vector<TradingDay> days);

    const TradingDay* find(Date date) const;
    /// The number of trading days before `date`.
    std::size_t rank(Date date) const;
    const TradingDay& day_of(Timestamp time) const;

    Date first_;
    Date last_;
    std::vector<TradingDay> days_;
    std::vector<std::uint32_t> ranks_;  ///< of each day from first_ to the one after last_
    std::vector<std::uint32_t>
        by_moment_;  ///< for each day of UTC: whose last close is after its begin
};

}  // namespace tsflow::market
