// Prints a line for every trading day of the calendar: `2024-07-03 early`, `2024-07-05 full`.

#include <cstdio>

#include "calendar/calendar.hpp"

int main() {
    const auto& calendar = tsflow::market::Calendar::us_equities();
    for (const tsflow::Date date : calendar.trading_days(calendar.first(), calendar.last())) {
        std::printf("%s %s\n", tsflow::format_date(date).c_str(),
                    calendar.day(date)->early_close ? "early" : "full");
    }
}
