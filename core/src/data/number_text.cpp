
#include <charconv>
#include <cmath>
#include <cstdint>

#include "data/digits.hpp"
#include "tsflow/text.hpp"

namespace tsflow {

namespace {

constexpr std::size_t longest_real = 32;

/// Values of up to four decimals, which prices are, at a fraction of the price of the general way.
/// `value` is the double nearest to the decimal number scaled / 10000, and with at most 15 digits
/// no shorter decimal number is nearest to the same double. Null for other values.
char* put_short_decimal(char* at, double value) {
    constexpr double scale = 10'000;
    constexpr double most = 1e15;
    const double scaled = std::nearbyint(value * scale);
    if (!(std::abs(scaled) < most) || scaled / scale != value ||
        (value == 0 && std::signbit(value))) {
        return nullptr;
    }
    const auto digits = static_cast<std::uint64_t>(std::abs(scaled));
    if (value < 0) {
        *at++ = '-';
    }
    at = std::to_chars(at, at + longest_real, digits / 10'000).ptr;
    const auto fraction = static_cast<unsigned>(digits % 10'000);
    if (fraction != 0) {
        *at++ = '.';
        put_two(at, fraction / 100);
        put_two(at + 2, fraction % 100);
        at += 4;
        while (at[-1] == '0') {
            --at;
        }
    }
    return at;
}

}  // namespace

void append_real(std::string& out, double value) {
    char text[longest_real];
    char* end = put_short_decimal(text, value);
    if (end == nullptr) {
        const double size = std::abs(value);
        if (std::isnan(value)) {
            out += "nan";
            return;
        }
        const bool plain = value == 0 || (size >= 1e-5 && size < 1e16);
        end = plain ? std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr
                    : std::to_chars(text, text + sizeof text, value).ptr;
    }
    out.append(text, static_cast<std::size_t>(end - text));
}

}  // namespace tsflow
