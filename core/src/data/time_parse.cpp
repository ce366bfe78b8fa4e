#include <limits>

#include "tsflow/time.hpp"

namespace tsflow {

namespace {

constexpr std::int64_t nanos_per_second = 1'000'000'000;
constexpr std::int64_t seconds_per_day = 86'400;

/// Reads from the front of a text; each step says whether it could.
class Cursor {
public:
    explicit Cursor(std::string_view text) noexcept
        : at_(text.data()), end_(text.data() + text.size()) {}

    bool at_end() const noexcept { return at_ == end_; }
    bool skip(char c) noexcept {
        if (at_ == end_ || *at_ != c) {
            return false;
        }
        ++at_;
        return true;
    }
    /// Exactly `count` digits.
    bool number(int count, int& value) noexcept {
        if (end_ - at_ < count) {
            return false;
        }
        value = 0;
        for (int i = 0; i < count; ++i) {
            const unsigned digit = static_cast<unsigned char>(at_[i]) - unsigned{'0'};
            if (digit > 9) {
                return false;
            }
            value = value * 10 + static_cast<int>(digit);
        }
        at_ += count;
        return true;
    }
    /// One to nine digits behind a decimal point, as nanoseconds.
    bool fraction(std::int64_t& nanos) noexcept {
        std::int64_t unit = nanos_per_second;
        nanos = 0;
        while (at_ != end_ && *at_ >= '0' && *at_ <= '9') {
            unit /= 10;
            if (unit == 0) {
                return false;
            }
            nanos += (*at_++ - '0') * unit;
        }
        return unit != nanos_per_second;
    }

private:
    const char* at_;
    const char* end_;
};

bool read_date(Cursor& in, std::int64_t& day) noexcept {
    int year = 0;
    int month = 0;
    int of_month = 0;
    if (!in.number(4, year) || !in.skip('-') || !in.number(2, month) || !in.skip('-') ||
        !in.number(2, of_month)) {
        return false;
    }
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(of_month)}};
    if (!date.ok()) {
        return false;
    }
    day = std::chrono::sys_days{date}.time_since_epoch().count();
    return true;
}

/// `HH:MM[:SS[.fraction]]`
bool read_time(Cursor& in, std::int64_t& seconds, std::int64_t& nanos) noexcept {
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!in.number(2, hour) || !in.skip(':') || !in.number(2, minute)) {
        return false;
    }
    if (in.skip(':')) {
        if (!in.number(2, second) || (in.skip('.') && !in.fraction(nanos))) {
            return false;
        }
    }
    seconds = hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second < 60;
}

/// `Z`, `+HH:MM`, `-HH:MM` or nothing.
bool read_offset(Cursor& in, std::int64_t& seconds) noexcept {
    if (in.at_end() || in.skip('Z')) {
        return true;
    }
    const bool east = in.skip('+');
    int hours = 0;
    int minutes = 0;
    if ((!east && !in.skip('-')) || !in.number(2, hours) || !in.skip(':') ||
        !in.number(2, minutes) || hours >= 24 || minutes >= 60) {
        return false;
    }
    seconds = (hours * 3600 + minutes * 60) * (east ? 1 : -1);
    return true;
}

/// Nothing beyond the 292 years that 64 bits of nanoseconds reach.
std::optional<Timestamp> from_seconds(std::int64_t seconds, std::int64_t nanos) noexcept {
    if (seconds < 0 && nanos > 0) {  // so that the product below never lies beyond the sum
        ++seconds;
        nanos -= nanos_per_second;
    }
    std::int64_t total = 0;
    if (__builtin_mul_overflow(seconds, nanos_per_second, &total) ||
        __builtin_add_overflow(total, nanos, &total)) {
        return std::nullopt;
    }
    return Timestamp{Duration{total}};
}

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text) {
    Cursor in(text);
    std::int64_t day = 0;
    std::int64_t seconds = 0;
    std::int64_t nanos = 0;
    std::int64_t offset = 0;
    if (!read_date(in, day)) {
        return std::nullopt;
    }
    if ((in.skip('T') || in.skip(' ')) && !read_time(in, seconds, nanos)) {
        return std::nullopt;
    }
    if (!read_offset(in, offset) || !in.at_end()) {
        return std::nullopt;
    }
    return from_seconds(day * seconds_per_day + seconds - offset, nanos);
}

std::optional<Date> parse_date(std::string_view text) {
    Cursor in(text);
    std::int64_t day = 0;
    if (!read_date(in, day) || !in.at_end()) {
        return std::nullopt;
    }
    return Date{Date::duration{static_cast<std::int32_t>(day)}};
}

}  // namespace tsflow
