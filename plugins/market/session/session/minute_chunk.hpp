#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "session/day_so_far.hpp"

namespace tsflow::market {

/// A minute bar in 18 bytes: prices in ticks, all but the close as their distance from it. What does not fit,
/// such as a price between two ticks or a minute that spans more than 3.27 USD, is kept elsewhere.
///
///     close i32 │ volume u48, in 1e-6 shares │ open i16 │ high i16 │ low i16 │ average i16
struct [[gnu::packed, gnu::aligned(2)]] PackedBar {
    static constexpr std::int16_t elsewhere = -0x8000;  ///< as average: the bar itself is not here
    static constexpr std::int16_t none = 0x7fff;        ///< as average: the bar came without one

    std::int32_t close;
    std::uint32_t volume;
    std::uint16_t volume_high;
    std::int16_t open, high, low, average;

    /// Nothing, unless `unpack` gives the same bar, bit by bit.
    static std::optional<PackedBar> pack(const MinuteBar& bar) noexcept;
    MinuteBar unpack() const noexcept;
    double close_usd() const noexcept {
        return to_usd(close);
    }
    Shares shares() const noexcept {
        return static_cast<Shares>(volume_high) << 32 | volume;
    }
};
static_assert(sizeof(PackedBar) == 18);

/// Sixteen minutes of one symbol.
struct MinuteChunk {
    static constexpr int minutes = 16;

    std::array<PackedBar, minutes>
        bars;             ///< zero where none is, so that equal chunks are equal bytes
    std::uint16_t there;  ///< a bit for each minute

    bool has(int at) const noexcept { return (there >> at & 1U) != 0; }
};

}  // namespace tsflow::market
