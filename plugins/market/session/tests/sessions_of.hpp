#pragma once

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "calendar/calendar.hpp"
#include "driven.hpp"

namespace tsflow::market {

/// A bar that opens, stays and closes at one price, as a line of `bars()`.
inline std::string flat(const std::string& symbol, const std::string& time, double price,
                        double volume) {
    char line[160];
    std::snprintf(line, sizeof line, "%s %s %.4f %.4f %.4f %.4f %.4f\n", symbol.c_str(),
                  time.c_str(), price, price, price, price, volume);
    return line;
}

inline std::string midnight(Date day) {
    return format_date(day) + "T00:00:00Z";
}

/// So many sessions from `from` on.
inline std::vector<Date> sessions_from(const char* from, std::size_t count) {
    std::vector<Date> days =
        Calendar::us_equities().trading_days(*parse_date(from), *parse_date("2020-12-31"));
    days.resize(count);
    return days;
}

/// The columns of the last row of each value of the column `by`.
inline std::map<std::string, std::string> last_rows(const Batch& batch, const std::string& by,
                                                    const std::vector<std::string>& columns) {
    std::map<std::string, std::string> result;
    const std::size_t key = batch.schema()->index(by);
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        std::string name;
        append_value(name, batch, key, row);
        const std::string text = lines(batch.slice(row, 1), columns);
        result[name] = text.substr(0, text.size() - 1);
    }
    return result;
}

}  // namespace tsflow::market
