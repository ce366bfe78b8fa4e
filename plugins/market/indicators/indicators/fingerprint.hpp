#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tsflow::market {

/// Of the bits of some numbers, to see whether anything about them has changed without keeping them: two
/// different rows share theirs once in 2^64 times.
inline std::uint64_t fingerprint(std::span<const double> values) noexcept {
    // Four chains, so that the multiplications do not wait for each other; the constants are those of
    // MurmurHash3's 64-bit finalizer.
    constexpr std::uint64_t first = 0xff51afd7ed558ccd, second = 0xc4ceb9fe1a85ec53;
    std::array<std::uint64_t, 4> chains{1, 2, 3, 4};
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::uint64_t& chain = chains[i % chains.size()];
        chain = (chain ^ std::bit_cast<std::uint64_t>(values[i])) * first;
        chain ^= chain >> 32;
    }
    std::uint64_t all = values.size();
    for (const std::uint64_t chain : chains) {
        all = (all ^ chain) * second;
        all ^= all >> 29;
    }
    return all;
}

}  // namespace tsflow::market
