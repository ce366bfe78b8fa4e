#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "indicators/day_bar.hpp"
#include "indicators/price.hpp"
#include "indicators/value.hpp"

namespace tsflow::market {

/// What volume times average price comes to, in 1e-6 USD; a whole number, for the same reason as Shares.
using Notional = std::int64_t;
/// Of a bar that came without an average price.
inline constexpr Notional no_notional = std::numeric_limits<Notional>::min();

/// A minute of one symbol as it is kept for the day; prices in USD.
struct MinuteBar {
    double open = 0;
    double high = 0;
    double low = 0;
    double close = 0;
    Shares volume = 0;
    Notional notional = no_notional;

    friend bool operator==(const MinuteBar&, const MinuteBar&) = default;
};

/// The regular session of one symbol so far: what its minute bars come to, and, because many figures ask what
/// the newest bar did, what they came to before that one. Unknown before there is a bar.
struct DaySoFar {
    double open = unknown;
    double high = unknown;
    double low = unknown;
    double close = unknown;  ///< of the newest bar
    double high_before = unknown;
    double low_before = unknown;
    double close_before = unknown;
    Shares volume = 0;
    Notional notional = 0;
    std::int16_t newest_minute = -1;  ///< -1 without bars
    std::int16_t bars = 0;
    std::int16_t without_notional = 0;  ///< bars without an average price
    /// Open to volume are those of the official bar of the day, which may stand alone, without minutes.
    bool official = false;

    bool traded() const noexcept { return bars > 0 || official; }
    Ticks price() const noexcept { return traded() ? to_ticks(close) : no_price; }
    /// Only when traded.
    DayBar bar() const noexcept { return {open, high, low, close, to_volume(volume)}; }
    /// The average price of all trades; unknown when a bar has none, or nothing was traded.
    double vwap() const noexcept {
        return bars == 0 || without_notional > 0
                   ? unknown
                   : quotient(static_cast<double>(notional), static_cast<double>(volume));
    }

    /// A bar of a later minute than all before.
    void append(int minute, const MinuteBar& bar) noexcept;
    /// Another version of the newest minute.
    void replace_newest(const MinuteBar& old, const MinuteBar& bar) noexcept;
    /// The same day as the exchange's official bar tells it.
    DaySoFar with_official(const DayBar& bar) const noexcept;

private:
    void count(const MinuteBar& bar, std::int16_t by) noexcept;
};

}  // namespace tsflow::market
