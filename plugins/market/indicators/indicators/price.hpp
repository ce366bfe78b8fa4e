#pragma once

#include <cstdint>

namespace tsflow::market {

/// A price in 1e-4 USD. What is counted is compared in ticks, so that equal is equal.
using Ticks = std::int64_t;
/// For a symbol without a price; no price is zero.
inline constexpr Ticks no_price = 0;
inline constexpr double ticks_per_usd = 1e4;

/// The nearest whole number, halves away from zero; of less than 2^52. As std::llround, which is a call that each
/// bar would make a dozen times, but for what lies less than one part in 2^53 from a half.
inline std::int64_t nearest(double value) noexcept {
    return static_cast<std::int64_t>(value + (value < 0 ? -0.5 : 0.5));
}
inline Ticks to_ticks(double usd) noexcept {
    return nearest(usd * ticks_per_usd);
}
inline double to_usd(Ticks price) noexcept {
    return static_cast<double>(price) / ticks_per_usd;
}

/// A volume in 1e-6 shares, the finest that the feed has. Whole numbers, so that sums of them do not
/// depend on the order of arrival, and what is taken out again leaves nothing behind.
using Shares = std::int64_t;
inline constexpr double shares_unit = 1e6;

inline Shares to_shares(double volume) noexcept {
    return nearest(volume * shares_unit);
}
inline double to_volume(Shares shares) noexcept {
    return static_cast<double>(shares) / shares_unit;
}

}  // namespace tsflow::market
