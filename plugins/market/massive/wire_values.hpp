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

// Eight bytes at a time: of each byte of the result the top bit counts, up to the first that is set.
inline constexpr std::uint64_t each = 0x0101010101010101;
inline constexpr std::uint64_t tops = each * 0x80;

simdjson_inline std::uint64_t word_at(const char* text) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, text, sizeof word);
    return word;
}
simdjson_inline std::uint64_t equal_bytes(std::uint64_t word, char to) noexcept {
    const std::uint64_t different = word ^ each * static_cast<unsigned char>(to);
    return (different - each) & ~different & tops;
}

/// The number that eight digits stand for, which must be digits.
simdjson_inline std::uint64_t eight_digits(std::uint64_t word) noexcept {
    word -= each * '0';
    word = word * 10 + (word >> 8);  // pairs, in every other byte
    constexpr std::uint64_t pairs = 0x000000ff000000ff;
    constexpr std::uint64_t to_low = 100 + (std::uint64_t{1'000'000} << 32);
    constexpr std::uint64_t to_high = 1 + (std::uint64_t{10'000} << 32);
    return ((word & pairs) * to_low + ((word >> 16) & pairs) * to_high) >> 32;
}
simdjson_inline bool are_digits(std::uint64_t word) noexcept {
    return (((word + each * (0x7f - '9')) | (word - each * '0')) & tops) == 0;
}

/// The digits at `text` as a number when there are one to seven, and how many there are. Without a
/// branch for each, whose number the processor cannot predict.
struct Digits {
    std::int64_t number;
    std::size_t count;  // 0 or more than seven: the number means nothing
};
simdjson_inline Digits few_digits(const char* text) noexcept {
    constexpr std::size_t width = sizeof(std::uint64_t);
    const std::uint64_t word = word_at(text);
    const std::uint64_t others = ((word + each * (0x7f - '9')) | (word - each * '0')) & tops;
    const std::size_t count = static_cast<std::size_t>(std::countr_zero(others)) / width;
    if (count == 0 || count >= width) {
        return {0, 0};
    }
    const std::uint64_t last = word << (8 * (width - count)) | (each * '0') >> (8 * count);
    return {static_cast<std::int64_t>(eight_digits(last)), count};
}

simdjson_inline bool has_leading_zero(const char* text, std::size_t digits) noexcept {
    return text[0] == '0' && digits > 1;  // which JSON does not allow
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

/// A number, or a string that holds one.
simdjson_inline bool read(Token token, double& to) noexcept {
    return simdjson::builtin::numberparsing::parse_double(bytes_of(token)).get(to) ==
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
    if (digits.count > 0 && !has_leading_zero(token.data(), digits.count) &&
        ends_value(token.data()[digits.count])) {
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

/// Whether a text within a frame has an escape; most have fewer than eight bytes. What follows a text
/// can be read.
simdjson_inline bool has_escape(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size(); at += sizeof(std::uint64_t)) {
        if (equal_bytes(word_at(text.data() + at), '\\') != 0) {
            return text.find('\\', at) != std::string_view::npos;
        }
    }
    return false;
}

/// The length of a list of whole numbers without blanks, whose bracket is at `raw`; 0 when it is none,
/// is empty, or is longer than some conditions ever are.
simdjson_inline std::size_t plain_list(const char* raw) noexcept {
    constexpr std::size_t longest = 3 * sizeof(std::uint64_t);
    for (std::size_t at = 0; *raw == '[' && at < longest; at += sizeof(std::uint64_t)) {
        const std::uint64_t word = word_at(raw + 1 + at);
        const std::uint64_t ends = equal_bytes(word, ']');
        const std::uint64_t inside =
            ((ends & (~ends + 1)) >> 7) - 1;  // the bits before the first end
        const std::uint64_t beyond_9 = word + each * (0x80 - ('9' + 1));
        const std::uint64_t from_comma = (word | tops) - each * ',';
        const std::uint64_t point_or_slash = equal_bytes(word & each * 0xfe, '.');
        const std::uint64_t wrong = word | beyond_9 | ~from_comma | point_or_slash;
        if ((wrong & tops & inside) != 0) {
            return 0;
        }
        if (ends != 0) {
            return at + static_cast<std::size_t>(std::countr_zero(ends)) / 8;
        }
    }
    return 0;
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
