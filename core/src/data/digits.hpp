#pragma once

#include <array>
#include <cstdint>
#include <cstring>

namespace tsflow {

/// "00" "01" … "99", so that two digits cost one copy.
inline constexpr std::array<char, 200> digit_pairs = [] {
    std::array<char, 200> pairs{};
    for (unsigned i = 0; i < 100; ++i) {
        pairs[2 * i] = static_cast<char>('0' + i / 10);
        pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return pairs;
}();

/// Writes `value`, below 100, as two digits.
inline char* put_two(char* at, unsigned value) {
    std::memcpy(at, digit_pairs.data() + std::size_t{2} * value, 2);
    return at + 2;
}

/// Writes `value` as `width` digits with leading zeros.
inline char* put_padded(char* at, std::uint64_t value, int width) {
    for (int i = width - 1; i >= 0; --i) {
        at[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    return at + width;
}

}  // namespace tsflow
