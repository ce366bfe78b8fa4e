#pragma once

#include <map>
#include <string>
#include <string_view>

#include "calendar/calendar.hpp"
#include "hours.hpp"
#include "rules.hpp"

namespace tsflow::market {

/// What a calendar is worked out from: the rules, and lines of text for what is no rule.
class CalendarData {
public:
    /// Adds the lines of `text`, the form of which stands in data/us_equities.txt; later lines of a day
    /// replace earlier ones. Throws Error with `file` and line.
    void add(const std::string& file, std::string_view text);
    Calendar calendar() const;

private:
    void add_line(std::string_view line);
    DayKind kind(Date date) const;

    std::map<Date, DayKind> exceptions_;
    std::map<Date, Hours> full_;   ///< by the day from which they hold
    std::map<Date, Hours> early_;  ///< likewise
};

/// data/us_equities.txt
extern const std::string_view us_equities_text;

}  // namespace tsflow::market
