#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "eight_bytes.hpp"
#include "tsflow/time.hpp"

/// How values are read: leniently, for the feed is not strict.
///
/// All of them take a value as its text, and not as the simdjson value that it comes from: that is three
/// words large, does not stay in registers on its way here, and to write it to memory and read it back
/// costs more than to parse a number.
namespace tsflow::market::massive::wire {

/// A value from its first byte to where the next part of the JSON begins, so with the blanks in between.
using Token = std::string_view;

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
simdjson_inline Key key_at(const char* raw) noexcept {
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

/// Whether the key that begins at `raw` is that one.
template <Key expected>
simdjson_inline bool is_key(const char* raw) noexcept {
    constexpr int bits = (std::bit_width(expected) + 7) / 8 * 8;
    constexpr std::uint64_t quoted = expected | std::uint64_t{'"'} << bits;
    constexpr std::uint64_t whole = (std::uint64_t{1} << (bits + 8)) - 1;
    std::uint64_t word = 0;
    std::memcpy(&word, raw, sizeof word);
    return (word & whole) == quoted;
}

/// A key as it stands in the text, for messages and for those that are seldom.
inline std::string_view key_text(const char* raw) noexcept {
    const char* end = raw;
    while (*end != '"') {  // there is one, or this would be no key
        ++end;
    }
    return {raw, static_cast<std::size_t>(end - raw)};
}

/// The same, without the blanks.
simdjson_inline std::string_view trimmed(Token token) noexcept {
    while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') {
        token.remove_suffix(1);
    }
    return token;
}

// What is not written as JSON or as the vendor has it.
bool read_unusual(Token token, double& to) noexcept;
bool read_unusual(Token token, std::int64_t& to) noexcept;
bool is_unusual_time(std::int64_t number, Timestamp& to) noexcept;
inline constexpr std::int64_t last_ms = 9'223'372'036'854;  // in the year 2262

simdjson_inline const std::uint8_t* bytes_of(Token token) noexcept {
    return reinterpret_cast<const std::uint8_t*>(token.data());
}

simdjson_inline bool ends_value(char behind) noexcept {
    return behind == ',' || behind == '}';
}

/// `"100.0"`, as most volumes are: whole numbers need no division.
simdjson_inline bool read_whole_decimal(Token token, double& to) noexcept {
    const Digits digits = few_digits(token.data() + 1);
    const char* const behind = token.data() + 1 + digits.count;
    to = static_cast<double>(digits.number);
    return token.front() == '"' && digits.count > 0 && behind[0] == '.' && behind[1] == '0' &&
           behind[2] == '"';
}

/// `187.3425`, up to seven digits on either side of the point, or none behind it. Exact: the digits
/// together are less than 2^53 and the power of ten is a double, so the division rounds once.
simdjson_inline bool read_short_number(Token token, double& to) noexcept {
    constexpr std::array powers{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};
    const char* const text = token.data();
    const Digits whole = few_digits(text);
    const char* const point = text + whole.count;
    if (whole.count == 0 || (*text == '0' && whole.count > 1)) {
        return false;
    }
    if (*point != '.') {
        to = static_cast<double>(whole.number);
        return ends_value(*point);
    }
    const Digits part = few_digits(point + 1);
    const double scale = powers[part.count];
    to = (static_cast<double>(whole.number) * scale + static_cast<double>(part.number)) / scale;
    return part.count > 0 && ends_value(point[1 + part.count]);
}

/// A number, or a string that holds one.
simdjson_inline bool read(Token token, double& to) noexcept {
    return read_short_number(token, to) ||
           simdjson::builtin::numberparsing::parse_double(bytes_of(token)).get(to) ==
               simdjson::SUCCESS ||
           read_unusual(token, to);
}

/// The same, where a string is what is expected.
simdjson_inline bool read_decimal(Token token, double& to) noexcept {
    return read_whole_decimal(token, to) ||
           simdjson::builtin::numberparsing::parse_double_in_string(bytes_of(token)).get(to) ==
               simdjson::SUCCESS ||
           read(token, to);
}

/// A whole number, also written `8.0` or within a string.
simdjson_inline bool read(Token token, std::int64_t& to) noexcept {
    const Digits digits = few_digits(token.data());
    if (digits.count > 0 && ends_value(token.data()[digits.count])) {
        to = digits.number;
        return true;
    }
    return simdjson::builtin::numberparsing::parse_integer(bytes_of(token)).get(to) ==
               simdjson::SUCCESS ||
           read_unusual(token, to);
}

/// A time in ms, µs or ns since 1970. Which of them, its magnitude tells: the vendor's pages say ms
/// where the feed sends ns.
simdjson_inline bool read(Token token, Timestamp& to) noexcept {
    // Milliseconds have 13 digits until the year 2286: eight, and the last five with three before them.
    const std::uint64_t first = word_at(token.data());
    const std::uint64_t last = word_at(token.data() + 5);
    if (are_digits(first) && are_digits(last) && ends_value(token.data()[13])) {
        const std::uint64_t five = (last & ~std::uint64_t{0xffffff}) | 0x303030;
        const auto ms =
            static_cast<std::int64_t>(eight_digits(first) * 100'000 + eight_digits(five));
        if (ms > 0 && ms <= last_ms) {
            to = Timestamp{std::chrono::milliseconds{ms}};
            return true;
        }
    }
    std::int64_t number = 0;
    if (!read(token, number)) {
        return false;
    }
    if (number <= 0 || number > last_ms) {
        return is_unusual_time(number, to);
    }
    to = Timestamp{std::chrono::milliseconds{number}};
    return true;
}

inline bool read(Token token, bool& to) noexcept {
    const std::string_view text = trimmed(token);
    to = text == "true";
    return to || text == "false";
}

/// Reads texts, which are views into the frame unless they have escapes.
class Texts {
public:
    simdjson_inline bool read(Token token, std::string_view& to) {
        const std::string_view text = trimmed(token);
        if (text.size() < 2 || text.front() != '"' || text.back() != '"') {
            return false;
        }
        to = text.substr(1, text.size() - 2);
        return !has_escape(to) || unescape(text, to);
    }
    /// An array of whole numbers, or only one, as `12,37`; nothing when it is empty. False when it is
    /// neither.
    simdjson_inline bool read_list(Token token, std::optional<std::string_view>& to) {
        const std::size_t length = plain_list(token.data());
        if (length == 0) {
            return read_other_list(token, to);
        }
        to = std::string_view{token.data() + 1, length};
        return true;
    }
    /// Texts read so far are no longer needed.
    void forget() {
        if (!kept_.empty()) {
            kept_.clear();
        }
    }

private:
    bool read_other_list(Token token, std::optional<std::string_view>& to);
    bool unescape(Token token, std::string_view& to);

    std::deque<std::string> kept_;  // those that are not in the frame as we pass them on
};

}  // namespace tsflow::market::massive::wire
