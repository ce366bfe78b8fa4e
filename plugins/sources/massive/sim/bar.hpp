#pragma once

#include <cmath>
#include <cstdint>

namespace tsflow::massive_sim {

/// One minute of one ticker.
struct Bar {
    std::int64_t minute = 0;  ///< minutes since 1970, UTC, of the window's START
    double open = 0;
    double high = 0;
    double low = 0;
    double close = 0;
    double volume = 0;
    std::int64_t transactions = -1;  ///< below zero: not known
};

/// Flat files have no average price, and the wire has one: the typical price stands in for it.
inline double vwap_of(const Bar& bar) noexcept {
    constexpr double decimals = 1e4;
    return std::round((bar.high + bar.low + bar.close) / 3 * decimals) / decimals;
}

}  // namespace tsflow::massive_sim
