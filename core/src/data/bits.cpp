#include "data/bits.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

namespace tsflow {

std::size_t count_zeros(const std::byte* bits, std::size_t offset, std::size_t count) noexcept {
    const std::size_t end = offset + count;
    std::size_t ones = 0;
    std::size_t at = offset;
    for (; at < end && at % 8 != 0; ++at) {
        ones += bit(bits, at) ? 1 : 0;
    }
    for (; at + 64 <= end; at += 64) {
        std::uint64_t word = 0;
        std::memcpy(&word, bits + at / 8, sizeof word);
        ones += static_cast<std::size_t>(std::popcount(word));
    }
    for (; at < end; ++at) {
        ones += bit(bits, at) ? 1 : 0;
    }
    return count - ones;
}

void clear_zeros(std::byte* to, std::size_t to_offset, const std::byte* bits, std::size_t offset,
                 std::size_t count) noexcept {
    std::size_t i = 0;
    while (i < count) {
        // Most bytes of a validity bitmap are all ones: nothing to do for eight rows.
        const std::size_t at = offset + i;
        if (at % 8 == 0 && i + 8 <= count && bits[at / 8] == std::byte{0xff}) {
            i += 8;
            continue;
        }
        if (!bit(bits, at)) {
            clear_bit(to, to_offset + i);
        }
        ++i;
    }
}

}  // namespace tsflow
