#include "values.hpp"

#include <date/tz.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "tsflow/error.hpp"

namespace tsflow::sql {

namespace {

constexpr std::int64_t ns_per_second = 1'000'000'000;
constexpr std::size_t date_length = 10;

template <class T>
std::optional<T> number(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

/// Whether the text behind the date ends with Z or an offset.
bool has_zone(std::string_view text) noexcept {
    return text.size() > date_length &&
           text.substr(date_length).find_first_of("Zz+-") != std::string_view::npos;
}

std::optional<Timestamp> timestamp_in(std::string_view text, const Zone& zone) {
    const bool zoned = has_zone(text);
    std::string whole{text};
    // PostgreSQL leaves the minutes of an offset out when they are 0.
    constexpr std::size_t short_offset = 3;
    if (zoned && text.size() > short_offset &&
        (text[text.size() - short_offset] == '+' || text[text.size() - short_offset] == '-')) {
        whole += ":00";
    }
    const auto time = parse_timestamp(whole);
    return time && !zoned ? zone.to_utc(*time) : time;
}

std::optional<std::int64_t> to_integer(const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return *integer;
    }
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        return number<std::int64_t>(*text);
    }
    constexpr double limit = 9e18;
    const auto* real = std::get_if<double>(&value);
    if (real == nullptr || *real != std::floor(*real) || std::abs(*real) > limit) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(*real);
}

std::optional<double> to_real(const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return static_cast<double>(*integer);
    }
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        return *text == "NaN" ? std::numeric_limits<double>::quiet_NaN() : number<double>(*text);
    }
    return std::get<double>(value);
}

std::optional<bool> to_boolean(const Value& value) {
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        if (*text == "t" || *text == "true" || *text == "1") {
            return true;
        }
        return *text == "f" || *text == "false" || *text == "0" ? std::optional{false}
                                                                : std::nullopt;
    }
    const auto integer = to_integer(value);
    const bool known = integer && *integer >= 0 && *integer <= 1;
    return known ? std::optional{*integer == 1} : std::nullopt;
}

std::optional<Date> to_date(const Value& value, const Zone& zone) {
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        return parse_date(text->substr(0, date_length));
    }
    const auto time = to_timestamp(value, zone);
    return time ? std::optional{std::chrono::floor<Date::duration>(*time)} : std::nullopt;
}

template <class T>
bool push_known(BatchBuilder& rows, std::size_t index, const std::optional<T>& value) {
    if (value) {
        rows.push(index, *value);
    }
    return value.has_value();
}

}  // namespace

Zone::Zone(const std::string& name) {
    if (name == "UTC") {
        return;
    }
    try {
        zone_ = date::locate_zone(name);
    } catch (const std::runtime_error&) {
        throw ConfigError("timezone", "there is no time zone '" + name +
                                          "'; write an IANA name such as America/New_York");
    }
}

Timestamp Zone::to_utc(Timestamp local) const {
    if (zone_ == nullptr) {
        return local;
    }
    const auto* zone = static_cast<const date::time_zone*>(zone_);
    return zone->to_sys(date::local_time<Duration>{local.time_since_epoch()},
                        date::choose::earliest);
}

std::int64_t units_per_second(std::int64_t value) noexcept {
    // Seconds reach the year 5138 below 1e11, which is 1973 in milliseconds, and so on.
    const double magnitude = std::abs(static_cast<double>(value));
    if (magnitude < 1e11) {
        return 1;
    }
    return magnitude < 1e14 ? 1'000 : magnitude < 1e17 ? 1'000'000 : ns_per_second;
}

std::optional<Timestamp> to_timestamp(const Value& value, const Zone& zone) {
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        if (const auto integer = number<std::int64_t>(*text)) {
            return to_timestamp(*integer, zone);
        }
        return timestamp_in(*text, zone);
    }
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        std::int64_t ns = 0;
        if (__builtin_mul_overflow(*integer, ns_per_second / units_per_second(*integer), &ns)) {
            return std::nullopt;
        }
        return Timestamp{Duration{ns}};
    }
    const auto* seconds = std::get_if<double>(&value);
    constexpr double most = 9.2e9;
    if (seconds == nullptr || !(std::abs(*seconds) < most)) {
        return std::nullopt;
    }
    return Timestamp{Duration{std::llround(*seconds * 1e9)}};
}

bool push(BatchBuilder& rows, std::size_t index, const Field& field, const Value& value,
          const Zone& zone) {
    if (std::holds_alternative<std::monostate>(value)) {
        if (field.nullable) {
            rows.push_null(index);
        }
        return field.nullable;
    }
    switch (field.type) {
        case Type::boolean:
            return push_known(rows, index, to_boolean(value));
        case Type::int64:
            return push_known(rows, index, to_integer(value));
        case Type::float64:
            return push_known(rows, index, to_real(value));
        case Type::timestamp:
            return push_known(rows, index, to_timestamp(value, zone));
        case Type::date:
            return push_known(rows, index, to_date(value, zone));
        case Type::string:
        case Type::symbol:
            break;
    }
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        rows.push(index, *text);
    } else {
        rows.push(index, std::string_view{to_text(value)});
    }
    return true;
}

std::string to_text(const Value& value) {
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        return std::string{*text};
    }
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return std::to_string(*integer);
    }
    const auto* real = std::get_if<double>(&value);
    if (real == nullptr) {
        return {};
    }
    char digits[32];
    const auto [end, error] = std::to_chars(std::begin(digits), std::end(digits), *real);
    return {digits, error == std::errc{} ? end : digits};
}

}  // namespace tsflow::sql
