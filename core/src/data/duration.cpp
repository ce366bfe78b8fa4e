#include <array>
#include <cstdint>
#include <limits>

#include "tsflow/time.hpp"

namespace tsflow {

namespace {

struct Unit {
    std::string_view name;
    std::uint64_t nanos;
};
// From large to small. Two-letter names stand before the one-letter names that end like them would
// be mistaken for: "ms" is tried before "m".
constexpr std::array<Unit, 7> units = {{{"d", 86'400'000'000'000},
                                        {"h", 3'600'000'000'000},
                                        {"ms", 1'000'000},
                                        {"m", 60'000'000'000},
                                        {"us", 1'000},
                                        {"ns", 1},
                                        {"s", 1'000'000'000}}};

__extension__ using Wide = unsigned __int128;
constexpr std::uint64_t longest = std::numeric_limits<std::int64_t>::max();

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Takes digits off the front of `text`; false when there is none or they are more than `most`.
bool take_digits(std::string_view& text, std::uint64_t& value, std::size_t most,
                 std::size_t& count) {
    value = 0;
    count = 0;
    while (count < text.size() && is_digit(text[count])) {
        if (count == most) {
            return false;
        }
        value = value * 10 + static_cast<std::uint64_t>(text[count] - '0');
        ++count;
    }
    text.remove_prefix(count);
    return count > 0;
}

const Unit* take_unit(std::string_view& text) {
    for (const Unit& unit : units) {
        if (text.starts_with(unit.name)) {
            text.remove_prefix(unit.name.size());
            return &unit;
        }
    }
    return nullptr;
}

/// `12h`, `1.5s`: in nanoseconds, which must come out whole.
std::optional<Wide> take_part(std::string_view& text) {
    constexpr std::size_t most_digits = 19;  // more could overflow 64 bits
    std::uint64_t whole = 0;
    std::uint64_t fraction = 0;
    std::size_t digits = 0;
    if (!take_digits(text, whole, most_digits, digits)) {
        return std::nullopt;
    }
    digits = 0;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (!take_digits(text, fraction, most_digits, digits)) {
            return std::nullopt;
        }
    }
    const Unit* unit = take_unit(text);
    if (unit == nullptr) {
        return std::nullopt;
    }
    Wide scale = 1;
    for (std::size_t i = 0; i < digits; ++i) {
        scale *= 10;
    }
    const Wide part = Wide{fraction} * unit->nanos;
    if (part % scale != 0) {
        return std::nullopt;
    }
    return Wide{whole} * unit->nanos + part / scale;
}

/// `value` of the unit as a decimal number without trailing zeros: 1500000 of 1000000 ns is `1.5`.
void append_decimal(std::string& out, std::uint64_t value, const Unit& unit) {
    out += std::to_string(value / unit.nanos);
    std::uint64_t rest = value % unit.nanos;
    if (rest != 0) {
        out += '.';
        for (std::uint64_t digit = unit.nanos / 10; rest != 0; digit /= 10) {
            out += static_cast<char>('0' + rest / digit);
            rest %= digit;
        }
    }
    out += unit.name;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    if (text.empty()) {
        return std::nullopt;
    }
    Wide total = 0;
    while (!text.empty()) {
        const auto part = take_part(text);
        if (!part || *part > longest - total) {
            return std::nullopt;
        }
        total += *part;
    }
    return Duration{static_cast<std::int64_t>(total)};
}

std::string format_duration(Duration duration) {
    if (duration == Duration::zero()) {
        return "0s";
    }
    std::string text;
    auto left = static_cast<std::uint64_t>(duration.count());
    if (duration < Duration::zero()) {
        text += '-';
        left = 0 - left;
    }
    // Whole days, hours and minutes; what is left as a decimal number of the largest unit it
    // reaches.
    constexpr std::array<Unit, 3> whole = {units[0], units[1], units[3]};
    constexpr std::array<Unit, 4> decimal = {units[6], units[2], units[4], units[5]};
    for (const Unit& unit : whole) {
        if (left >= unit.nanos) {
            text += std::to_string(left / unit.nanos);
            text += unit.name;
            left %= unit.nanos;
        }
    }
    for (const Unit& unit : decimal) {
        if (left >= unit.nanos) {
            append_decimal(text, left, unit);
            break;
        }
    }
    return text;
}

}  // namespace tsflow
