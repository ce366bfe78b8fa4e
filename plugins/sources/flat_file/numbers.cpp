#include "numbers.hpp"

#include <array>
#include <cfloat>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <system_error>

#include "words.hpp"

namespace tsflow::flat_file {
namespace {

// A mantissa below 2^53 and a power of ten up to 10^22 are exact doubles, so that one division, rounded
// once, gives the double nearest to the text. That needs arithmetic without excess precision.
static_assert(FLT_EVAL_METHOD == 0 && std::numeric_limits<double>::is_iec559);

constexpr std::uint64_t largest_exact_mantissa = std::uint64_t{1} << DBL_MANT_DIG;
constexpr std::size_t most_digits = 19;  // of any count that fits 64 bits

constexpr std::array<double, 23> power_of_ten{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                              1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                              1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// One to eight characters, zeros behind them; reads nothing beyond them.
Word load_few(const char* at, std::size_t count) noexcept {
    if (count == word_bytes) {
        return load_word(at);
    }
    if (count >= 4) {
        std::uint32_t head;
        std::uint32_t tail;
        std::memcpy(&head, at, sizeof head);
        std::memcpy(&tail, at + count - 4, sizeof tail);
        return head | Word{tail} << (8 * (count - 4));
    }
    const auto byte = [at](std::size_t i) { return Word{static_cast<unsigned char>(at[i])}; };
    return byte(0) | byte(count / 2) << (8 * (count / 2)) | byte(count - 1) << (8 * (count - 1));
}

bool eight_digits(Word word) noexcept {
    constexpr Word high_half = every(0xf0);
    return ((word & high_half) | (((word + every(6)) & high_half) >> 4)) == every(0x33);
}

/// The value of eight digits: neighbours are joined to pairs, pairs to fours, fours to the whole.
std::uint32_t value_of(Word word) noexcept {
    word = (word & every(0x0f)) * (1 + (10 << 8)) >> 8;
    word = (word & 0x00ff00ff00ff00ff) * (1 + (Word{100} << 16)) >> 16;
    word = (word & 0x0000ffff0000ffff) * (1 + (Word{10000} << 32)) >> 32;
    return static_cast<std::uint32_t>(word);
}

/// Up to eight digits with at most one point among them, which is what nearly all prices are.
bool parse_short(std::string_view text, double& value) noexcept {
    const Word word = load_few(text.data(), text.size());
    const Word points = bytes_equal(word, '.');
    std::size_t digits = text.size();
    std::size_t decimals = 0;
    Word packed = word;
    if (points != 0) {
        const std::size_t whole = first_byte(points);
        const Word before = (Word{1} << (8 * whole)) - 1;
        packed = (word & before) | ((word >> 8) & ~before);
        --digits;
        decimals = digits - whole;
    }
    if (digits == 0) {
        return false;
    }
    // Shifted to the upper end, zeros in front.
    const std::size_t missing = 8 * (word_bytes - digits);
    const Word aligned = missing == 0 ? packed : packed << missing | every('0') >> (64 - missing);
    if (!eight_digits(aligned)) {
        return false;
    }
    value = value_of(aligned) / power_of_ten[decimals];
    return true;
}

bool is_digit(char c) noexcept {
    return static_cast<unsigned char>(c - '0') < 10;
}

/// Digits with at most one point, no sign and no exponent.
bool parse_plain(std::string_view text, double& value) noexcept {
    std::uint64_t mantissa = 0;
    std::size_t digits = 0;
    std::size_t decimals = 0;
    bool point = false;
    for (const char c : text) {
        if (is_digit(c)) {
            mantissa = 10 * mantissa + static_cast<std::uint64_t>(c - '0');
            ++digits;
            decimals += point ? 1 : 0;
        } else if (c == '.' && !point) {
            point = true;
        } else {
            return false;
        }
    }
    if (digits == 0 || digits > most_digits || mantissa > largest_exact_mantissa) {
        return false;
    }
    value = static_cast<double>(mantissa) / power_of_ten[decimals];
    return true;
}

template <class T>
bool parse_all(std::string_view text, T& value) noexcept {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && stop == end;
}

}  // namespace

bool parse_number(std::string_view text, double& value) noexcept {
    if (!text.empty() && text.size() <= word_bytes && parse_short(text, value)) {
        return true;
    }
    if (parse_plain(text, value)) {
        return true;
    }
    return parse_all(text, value) && std::isfinite(value);
}

bool parse_integer(std::string_view text, std::int64_t& value) noexcept {
    // Nanoseconds since 1970: nineteen digits, beyond 9·10^18 in the year 2255.
    if (text.size() == most_digits && text.front() < '9') {
        const Word first = load_word(text.data());
        const Word second = load_word(text.data() + word_bytes);
        const Word last = load_few(text.data() + 2 * word_bytes, 3) << 40 | every('0') >> 24;
        if (eight_digits(first) && eight_digits(second) && eight_digits(last)) {
            value = (std::int64_t{value_of(first)} * 100'000'000 + value_of(second)) * 1000 +
                    value_of(last);
            return true;
        }
    }
    return parse_all(text, value);
}

}  // namespace tsflow::flat_file
