#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <simdjson.h>

/// Digits and texts looked at eight bytes at a time: most are shorter, and their lengths, which a loop
/// over bytes would branch on, are what a processor cannot predict. All of these read up to eight bytes
/// beyond what they look for; frames have room for that behind them.
namespace tsflow::market::massive::wire {

static_assert(std::endian::native == std::endian::little,
              "the first byte of a text must be the least");

inline constexpr std::uint64_t each = 0x0101010101010101;
inline constexpr std::uint64_t tops = each * 0x80;

simdjson_inline std::uint64_t word_at(const char* text) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, text, sizeof word);
    return word;
}
/// Which bytes are `to`, by the top bit of each; right up to the first.
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

}  // namespace tsflow::market::massive::wire
