#pragma once

#include "indicators/day_bar.hpp"
#include "indicators/moving_average.hpp"

namespace tsflow::market {

/// Average true range: TR = max(H - L, |H - C'|, |L - C'|) with the close C' before, smoothed by
/// Wilder's average. The first bar has no TR, so with n = 14 the first value is at bar 15, as in TA-Lib,
/// TTR and technicalindicators; Tulip begins with H - L, one bar earlier.
class Atr {
public:
    explicit Atr(std::size_t period = 14) : average_(Ema::wilder(period)) {}

    void commit(const DayBar& bar) noexcept;
    double value() const noexcept { return average_.value(); }
    double live(const DayBar& bar) const noexcept { return average_.live(true_range(bar)); }

    void apply_split(double ratio) noexcept;
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    double true_range(const DayBar& bar) const noexcept;

    double close_ = unknown;
    Ema average_;
};

/// ATR in percent of the price: NATR in TA-Lib.
inline double atr_percent(double atr, double close) noexcept {
    return 100 * quotient(atr, close);
}
/// How many ATR the price stands above its average of 50 sessions.
inline double extension(double close, double sma50, double atr) noexcept {
    return quotient(close - sma50, atr);
}

/// Relative strength index: 100 * gains / (gains + losses), both Wilder's averages; the first value at
/// bar 15 for n = 14. Unknown when nothing moved, where libraries differ (0, 50 or NaN).
class Rsi {
public:
    explicit Rsi(std::size_t period = 14)
        : gains_(Ema::wilder(period)), losses_(Ema::wilder(period)) {}

    void commit(double close) noexcept;
    double value() const noexcept { return of(gains_.value(), losses_.value()); }
    double live(double close) const noexcept;

    void apply_split(double ratio) noexcept;
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    static double of(double gains, double losses) noexcept {
        return 100 * quotient(gains, gains + losses);
    }

    double close_ = unknown;
    Ema gains_;
    Ema losses_;
};

}  // namespace tsflow::market
