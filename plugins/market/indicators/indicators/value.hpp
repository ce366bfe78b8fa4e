#pragma once

#include <limits>

namespace tsflow::market {

/// What cannot be told: too little history, a division by nothing. Results are never infinite, and never
/// 0 for want of data; whoever publishes one writes null for it.
inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

inline constexpr bool known(double value) noexcept {
    return value == value;
}

/// Unknown when it divides by zero, or when either is unknown.
inline constexpr double quotient(double dividend, double divisor) noexcept {
    return divisor == 0 ? unknown : dividend / divisor;
}

}  // namespace tsflow::market
