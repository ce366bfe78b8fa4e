#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <simdjson.h>

#include "tsflow/time.hpp"

/// How values of the feed are read: leniently, for the feed is not strict.
namespace tsflow::market::massive::wire {

using simdjson::ondemand::value;

/// The characters of a short key, to switch on.
using Key = std::uint32_t;

constexpr Key key(std::string_view name) {
    Key code = 0;
    for (std::size_t i = 0; i < name.size(); ++i) {
        code |= static_cast<Key>(static_cast<unsigned char>(name[i])) << (8 * i);
    }
    return code;
}

/// The key that begins at `raw`, behind its quote: 0 when it has more than four characters. Keys
/// with escapes are never equal to any.
inline Key key_at(const char* raw) noexcept {
    Key word = 0;
    std::memcpy(&word, raw, sizeof word);
    if (raw[1] == '"') {
        return word & 0xff;
    }
    if (raw[2] == '"') {
        return word & 0xffff;
    }
    if (raw[3] == '"') {
        return word & 0xffffff;
    }
    return raw[4] == '"' ? word : 0;
}

/// A value as it stands in the text, with no blanks around it.
inline std::string_view token_of(value& from) noexcept {
    std::string_view token = from.raw_json_token();
    while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') {
        token.remove_suffix(1);
    }
    return token;
}

inline bool is_null(value& from) noexcept {
    return token_of(from) == "null";
}

/// A string; a view into the frame unless it has escapes.
inline bool read(value from, std::string_view& to) noexcept {
    const std::string_view token = token_of(from);
    if (token.size() < 2 || token.front() != '"' || token.back() != '"') {
        return false;
    }
    const std::string_view text = token.substr(1, token.size() - 2);
    if (std::memchr(text.data(), '\\', text.size()) != nullptr) {
        return from.get_string().get(to) == simdjson::SUCCESS;
    }
    to = text;
    simdjson::ondemand::raw_json_string consumed;
    return from.get_raw_json_string().get(consumed) == simdjson::SUCCESS;
}

/// A number within a string that is not written as JSON writes it.
[[gnu::noinline]] inline bool read_number_text(value& from, double& to) {
    std::string_view text;
    if (!read(from, text) || text.empty()) {
        return false;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
    return error == std::errc{} && end == text.data() + text.size() && std::isfinite(to);
}

/// A number, or a string that holds one.
inline bool read(value from, double& to) {
    return from.get_double().get(to) == simdjson::SUCCESS ||
           from.get_double_in_string().get(to) == simdjson::SUCCESS || read_number_text(from, to);
}

/// The same, where a string is what is expected.
inline bool read_decimal(value from, double& to) {
    return from.get_double_in_string().get(to) == simdjson::SUCCESS || read(from, to);
}

[[gnu::noinline]] inline bool read_whole_number(value& from, std::int64_t& to) {
    constexpr double exact = 9007199254740992.0;  // up to here, doubles tell all integers apart
    if (from.get_int64_in_string().get(to) == simdjson::SUCCESS) {
        return true;
    }
    double number = 0;
    if (!read(from, number) || std::abs(number) > exact || number != std::trunc(number)) {
        return false;
    }
    to = static_cast<std::int64_t>(number);
    return true;
}

/// A whole number, also written `8.0` or within a string.
inline bool read(value from, std::int64_t& to) {
    return from.get_int64().get(to) == simdjson::SUCCESS || read_whole_number(from, to);
}

/// A time in ms, µs or ns since 1970. Which of them, its magnitude tells: the pages of the vendor
/// say ms where the feed sends ns.
inline bool read(value from, Timestamp& to) {
    constexpr std::int64_t most_ms = 100'000'000'000'000;      // in the year 5138
    constexpr std::int64_t most_us = 100'000'000'000'000'000;  // the same
    std::int64_t time = 0;
    if (!read(from, time) || time <= 0) {
        return false;
    }
    if (time < most_ms) {
        // Nanoseconds end in the year 2262.
        constexpr std::int64_t last_ms = 9'223'372'036'854;
        if (time > last_ms) {
            return false;
        }
        time *= 1'000'000;
    } else if (time < most_us) {
        constexpr std::int64_t last_us = 9'223'372'036'854'775;
        if (time > last_us) {
            return false;
        }
        time *= 1'000;
    }
    to = Timestamp{Duration{time}};
    return true;
}

inline bool read(value from, bool& to) noexcept {
    return from.get_bool().get(to) == simdjson::SUCCESS;
}

}  // namespace tsflow::market::massive::wire
