#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "tsflow/time.hpp"

namespace tsflow::market {

/// From and to on New York's clock, as minutes since the midnight that begins the trading day; below
/// zero on the evening before. Equal: there is no such session.
struct ClockSpan {
    std::chrono::minutes open{0};
    std::chrono::minutes close{0};

    bool empty() const noexcept { return open == close; }
};

/// The sessions of a day.
struct Hours {
    ClockSpan overnight;
    ClockSpan pre;
    ClockSpan regular;
    ClockSpan post;
};

/// Reads `pre 04:00-09:30 regular 09:30-16:00 …`; throws Error that says what is wrong.
Hours parse_hours(std::string_view text);

/// The words of `text`, one by one; empty when there is none left.
std::string_view next_word(std::string_view& text);

}  // namespace tsflow::market
