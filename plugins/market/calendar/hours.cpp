#include "hours.hpp"

#include <algorithm>

#include "tsflow/error.hpp"

namespace tsflow::market {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

std::optional<minutes> parse_clock(std::string_view text) {
    constexpr std::size_t length = 5;
    const auto digit = [&](std::size_t at) { return text[at] - '0'; };
    const auto is_digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    if (text.size() != length || text[2] != ':' || !is_digit(0) || !is_digit(1) || !is_digit(3) ||
        !is_digit(4)) {
        return std::nullopt;
    }
    const int hour = digit(0) * 10 + digit(1);
    const int minute = digit(3) * 10 + digit(4);
    if (minute > 59 || hour > 24 || (hour == 24 && minute != 0)) {
        return std::nullopt;
    }
    return hours{hour} + minutes{minute};
}

ClockSpan parse_span(std::string_view text) {
    const std::size_t dash = std::min(text.find('-'), text.size());
    const auto open = parse_clock(text.substr(0, dash));
    const auto close = parse_clock(text.substr(std::min(dash + 1, text.size())));
    if (!open || !close || *open == *close) {
        throw Error("'" + std::string{text} + "' is no span of time such as 09:30-16:00");
    }
    return {*open < *close ? *open : *open - hours{24}, *close};
}

}  // namespace

std::string_view next_word(std::string_view& text) {
    constexpr std::string_view blanks = " \t\r";
    text = text.substr(std::min(text.find_first_not_of(blanks), text.size()));
    const std::string_view word = text.substr(0, text.find_first_of(blanks));
    text.remove_prefix(word.size());
    return word;
}

Hours parse_hours(std::string_view text) {
    Hours result;
    minutes closed = hours{-24};
    for (std::string_view name = next_word(text); !name.empty(); name = next_word(text)) {
        ClockSpan* session = name == "overnight" ? &result.overnight
                             : name == "pre"     ? &result.pre
                             : name == "regular" ? &result.regular
                             : name == "post"    ? &result.post
                                                 : nullptr;
        if (session == nullptr) {
            throw Error("'" + std::string{name} +
                        "' is no session; those are overnight, pre, regular and post");
        }
        const ClockSpan span = parse_span(next_word(text));
        if (!session->empty() || span.open < closed) {
            throw Error("the session '" + std::string{name} +
                        "' opens before the one in front of it has closed");
        }
        closed = span.close;
        *session = span;
    }
    if (result.regular.empty()) {
        throw Error("there is no session 'regular'; every trading day has one");
    }
    return result;
}

}  // namespace tsflow::market
