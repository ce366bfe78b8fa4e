#include "tsflow/time.hpp"

#include <cstdint>

#include "data/digits.hpp"

namespace tsflow {

namespace {

constexpr std::int64_t days_of_cycle = 146'097;  // the calendar repeats after 400 years
constexpr std::int64_t years_of_cycle = 400;
constexpr std::size_t longest_date = 16;

char* put_date(char* at, std::int64_t day) {
    // Cut into cycles first: std::chrono's years end at 32767, a 32-bit day number's do not.
    std::int64_t cycle = day / days_of_cycle;
    if (day % days_of_cycle < 0) {
        --cycle;
    }
    const std::chrono::year_month_day date{
        std::chrono::sys_days{std::chrono::days{day - cycle * days_of_cycle}}};
    const std::int64_t year = static_cast<int>(date.year()) + cycle * years_of_cycle;
    if (year >= 0 && year <= 9999) {
        at = put_two(at, static_cast<unsigned>(year) / 100);
        at = put_two(at, static_cast<unsigned>(year) % 100);
    } else {  // ISO 8601's expanded form: a sign and at least six digits, and never ambiguous
        *at++ = year < 0 ? '-' : '+';
        const auto magnitude = static_cast<std::uint64_t>(year < 0 ? -year : year);
        at = put_padded(at, magnitude, magnitude < 1'000'000 ? 6 : 7);
    }
    *at++ = '-';
    at = put_two(at, static_cast<unsigned>(date.month()));
    *at++ = '-';
    return put_two(at, static_cast<unsigned>(date.day()));
}

char* put_fraction(char* at, unsigned nanos) {
    if (nanos == 0) {
        return at;
    }
    *at++ = '.';
    if (nanos % 1'000'000 == 0) {
        return put_padded(at, nanos / 1'000'000, 3);
    }
    if (nanos % 1'000 == 0) {
        return put_padded(at, nanos / 1'000, 6);
    }
    return put_padded(at, nanos, 9);
}

}  // namespace

void append_timestamp(std::string& out, Timestamp time) {
    // Not std::chrono::floor: the midnight before the first timestamp is no timestamp any more.
    constexpr std::int64_t nanos_per_day = 86'400'000'000'000;
    std::int64_t day = time.time_since_epoch().count() / nanos_per_day;
    std::int64_t nanos = time.time_since_epoch().count() % nanos_per_day;
    if (nanos < 0) {
        nanos += nanos_per_day;
        --day;
    }
    const auto of_day = static_cast<std::uint64_t>(nanos);
    const auto second = static_cast<unsigned>(of_day / 1'000'000'000);

    char text[longest_date + sizeof "T00:00:00.000000000Z"];
    char* at = put_date(text, day);
    *at++ = 'T';
    at = put_two(at, second / 3600);
    *at++ = ':';
    at = put_two(at, second / 60 % 60);
    *at++ = ':';
    at = put_two(at, second % 60);
    at = put_fraction(at, static_cast<unsigned>(of_day % 1'000'000'000));
    *at++ = 'Z';
    out.append(text, static_cast<std::size_t>(at - text));
}

std::string format_timestamp(Timestamp time) {
    std::string text;
    append_timestamp(text, time);
    return text;
}

std::string format_date(Date date) {
    char text[longest_date];
    const char* end = put_date(text, date.time_since_epoch().count());
    return {text, static_cast<std::size_t>(end - text)};
}

}  // namespace tsflow
