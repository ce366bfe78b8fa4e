#pragma once

#include <cstddef>

namespace tsflow {

// Bitmaps as Arrow has them: bit i is bit i % 8, counted from the least, of byte i / 8.

constexpr std::size_t bitmap_bytes(std::size_t bits) noexcept {
    return (bits + 7) / 8;
}

inline bool bit(const std::byte* bits, std::size_t at) noexcept {
    return ((bits[at >> 3] >> (at & 7)) & std::byte{1}) != std::byte{0};
}
inline void clear_bit(std::byte* bits, std::size_t at) noexcept {
    bits[at >> 3] &= ~(std::byte{1} << (at & 7));
}
inline void set_bit(std::byte* bits, std::size_t at) noexcept {
    bits[at >> 3] |= std::byte{1} << (at & 7);
}

/// How many of the `count` bits from `offset` are 0.
std::size_t count_zeros(const std::byte* bits, std::size_t offset, std::size_t count) noexcept;
/// Clears those of the `count` bits from `to_offset` that are 0 from `offset` in `bits`.
void clear_zeros(std::byte* to, std::size_t to_offset, const std::byte* bits, std::size_t offset,
                 std::size_t count) noexcept;

}  // namespace tsflow
