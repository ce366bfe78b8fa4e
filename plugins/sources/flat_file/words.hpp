#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

/// Eight characters handled as one 64-bit word, whose lowest byte is the first of them.
namespace tsflow::flat_file {

static_assert(std::endian::native == std::endian::little);

using Word = std::uint64_t;
constexpr std::size_t word_bytes = sizeof(Word);

/// `byte` in each place.
constexpr Word every(std::uint8_t byte) {
    return ~Word{0} / 0xff * byte;
}

inline Word load_word(const char* at) noexcept {
    Word word;
    std::memcpy(&word, at, sizeof word);
    return word;
}

/// The top bit of each byte that is `c`.
inline Word bytes_equal(Word word, char c) noexcept {
    constexpr Word low = every(0x7f);
    const Word difference = word ^ every(static_cast<std::uint8_t>(c));
    return ~(((difference & low) + low) | difference | low);
}

/// Place of the first byte that a result of bytes_equal() tells; it must tell one.
inline std::size_t first_byte(Word tops) noexcept {
    return static_cast<std::size_t>(std::countr_zero(tops)) / 8;
}

}  // namespace tsflow::flat_file
