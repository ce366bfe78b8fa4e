#include "session/minute_chunk.hpp"

#include <limits>

namespace tsflow::market {

namespace {

/// As the bars' readers make it of an average price.
Notional notional_of(double average, double volume) noexcept {
    return nearest(average * volume * shares_unit);
}

/// The distance of a price from the close; false when it is between ticks, or too far away.
bool pack_price(double usd, Ticks close, std::int16_t& packed) noexcept {
    const Ticks ticks = to_ticks(usd);
    const Ticks distance = ticks - close;
    packed = static_cast<std::int16_t>(distance);
    return to_usd(ticks) == usd && distance > PackedBar::elsewhere && distance < PackedBar::none;
}

}  // namespace

std::optional<PackedBar> PackedBar::pack(const MinuteBar& bar) noexcept {
    constexpr Shares most_shares = (Shares{1} << 48) - 1;
    const Ticks close_ticks = to_ticks(bar.close);
    std::int16_t from_open = 0;
    std::int16_t from_high = 0;
    std::int16_t from_low = 0;
    if (close_ticks > std::numeric_limits<std::int32_t>::max() ||
        to_usd(close_ticks) != bar.close || bar.volume > most_shares ||
        !pack_price(bar.open, close_ticks, from_open) ||
        !pack_price(bar.high, close_ticks, from_high) ||
        !pack_price(bar.low, close_ticks, from_low)) {
        return std::nullopt;
    }
    std::int16_t from_average = none;
    if (bar.notional != no_notional) {
        const double average =
            bar.volume == 0 ? bar.close
                            : static_cast<double>(bar.notional) / static_cast<double>(bar.volume);
        const double rounded = to_usd(to_ticks(average));
        if (notional_of(rounded, to_volume(bar.volume)) != bar.notional ||
            !pack_price(rounded, close_ticks, from_average)) {
            return std::nullopt;
        }
    }
    return PackedBar{static_cast<std::int32_t>(close_ticks),
                     static_cast<std::uint32_t>(bar.volume),
                     static_cast<std::uint16_t>(bar.volume >> 32),
                     from_open,
                     from_high,
                     from_low,
                     from_average};
}

MinuteBar PackedBar::unpack() const noexcept {
    const Ticks ticks = close;
    MinuteBar bar{
        to_usd(ticks + open), to_usd(ticks + high), to_usd(ticks + low), close_usd(), shares(),
        no_notional};
    if (average != none) {
        bar.notional = notional_of(to_usd(ticks + average), to_volume(bar.volume));
    }
    return bar;
}

}  // namespace tsflow::market
