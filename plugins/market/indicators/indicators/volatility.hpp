#pragma once

#include "indicators/day_bar.hpp"
#include "indicators/moving_average.hpp"

namespace tsflow::market {

/// Average daily range in percent: 100 * (mean of H/L over n sessions - 1).
class AverageDailyRange {
public:
    explicit AverageDailyRange(std::size_t sessions = 20) : ranges_(sessions) {}

    void commit(const DayBar& bar) { ranges_.commit(range(bar)); }
    double value() const noexcept { return ranges_.value(); }
    double live(const DayBar& bar) const noexcept { return ranges_.live(range(bar)); }

    void save(StateWriter& state) const { ranges_.save(state); }
    void restore(StateReader& state) { ranges_.restore(state); }

private:
    static double range(const DayBar& bar) noexcept { return 100 * (bar.high / bar.low - 1); }

    Sma ranges_;
};

/// Historical volatility: standard deviation (n - 1) of the log returns of n sessions, times the root of
/// the 252 sessions of a year; a fraction. Needs n + 1 closes.
class HistoricalVolatility {
public:
    explicit HistoricalVolatility(std::size_t sessions = 20) : returns_(sessions) {}

    void commit(double close);
    double value() const noexcept;
    double live(double close) const noexcept;

    void apply_split(double ratio) noexcept { close_ /= ratio; }
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    void find_rest() noexcept;

    double close_ = unknown;
    Window<double> returns_;
    // Of the returns without the oldest, whose place the running session's takes: mean, and squares around it.
    double rest_mean_ = unknown;
    double rest_squares_ = unknown;
};

}  // namespace tsflow::market
