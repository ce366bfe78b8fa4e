// NYSE Rule 7.2 and the exchanges' yearly announcements. Nasdaq keeps the same days.

#include "rules.hpp"

#include <array>
#include <chrono>

namespace tsflow::market {

namespace {

using namespace std::chrono;

/// What becomes of a holiday that falls on a weekend.
enum class Observed {
    nearest,     ///< Saturday: the Friday before; Sunday: the Monday after
    not_before,  ///< Sunday: the Monday after; Saturday: not at all, as the Friday ends a year
};

struct Fixed {
    month_day on;
    Observed observed;
    int since;
};
constexpr std::array fixed_holidays{
    Fixed{January / 1, Observed::not_before, 0},
    Fixed{June / 19, Observed::nearest, 2022},
    Fixed{July / 4, Observed::nearest, 0},
    Fixed{December / 25, Observed::nearest, 0},
};

constexpr month_weekday martin_luther_king_day = January / Monday[3];
constexpr month_weekday washingtons_birthday = February / Monday[3];
constexpr month_weekday_last memorial_day = May / Monday[last];
constexpr month_weekday labor_day = September / Monday[1];
constexpr month_weekday thanksgiving = November / Thursday[4];

sys_days observed(sys_days date, Observed how) {
    const weekday day{date};
    if (day == Sunday) {
        return date + days{1};
    }
    return day == Saturday && how == Observed::nearest ? date - days{1} : date;
}

/// Western Easter, by the algorithm that appeared without a name in Nature 13, 487 (1876).
sys_days easter(int y) {
    const int a = y % 19;
    const int b = y / 100;
    const int c = y % 100;
    const int d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    const int e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
    const int f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;
    return year{y} / (f / 31) / (f % 31 + 1);
}

bool is_holiday(sys_days date, year y) {
    for (const Fixed& holiday : fixed_holidays) {
        if (static_cast<int>(y) >= holiday.since &&
            date == observed(sys_days{y / holiday.on}, holiday.observed)) {
            return true;
        }
    }
    constexpr days good_friday{-2};
    return date == sys_days{y / martin_luther_king_day} ||
           date == sys_days{y / washingtons_birthday} ||
           date == easter(static_cast<int>(y)) + good_friday ||
           date == sys_days{y / memorial_day} || date == sys_days{y / labor_day} ||
           date == sys_days{y / thanksgiving};
}

/// For days that are neither of a weekend nor holidays.
bool closes_early(sys_days date, year y) {
    // The change of the rule for an Independence Day on a Thursday.
    constexpr year before_instead_of_after{2013};
    const weekday day{date};
    if (date == sys_days{y / thanksgiving} + days{1}) {
        return true;
    }
    if (date == sys_days{y / December / 24}) {
        return day != Friday;
    }
    if (date == sys_days{y / July / 3}) {
        return day != Friday && (day != Wednesday || y >= before_instead_of_after);
    }
    return date == sys_days{y / July / 5} && day == Friday && y < before_instead_of_after;
}

}  // namespace

DayKind kind_by_rules(Date date) {
    const sys_days day{date};
    const weekday of_week{day};
    const year y = year_month_day{day}.year();
    if (of_week == Saturday || of_week == Sunday || is_holiday(day, y)) {
        return DayKind::closed;
    }
    return closes_early(day, y) ? DayKind::early : DayKind::full;
}

}  // namespace tsflow::market
