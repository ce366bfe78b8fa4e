#pragma once

#include <array>

#include "indicators/history.hpp"
#include "indicators/moving_average.hpp"

namespace tsflow::market {

/// One part of a strength score: its weight, and over how many sessions the return goes.
struct ScorePart {
    double weight;
    std::size_t sessions;
};
/// The parts that are quoted for IBD-style ratings (StockFetcher, TC2000); the formula of IBD itself is not
/// public. Weights and sessions are options, and the rating is the percentile of this score.
inline constexpr std::array<ScorePart, 4> default_score{
    {{0.4, 63}, {0.2, 126}, {0.2, 189}, {0.2, 252}}};

/// The weighted sum of returns, a fraction; unknown until the longest window is full. `price` is that of
/// the running session.
template <class Parts>
double live_score(const CloseHistory& closes, double price, const Parts& parts) noexcept {
    double score = 0;
    for (const ScorePart& part : parts) {
        score += part.weight * closes.live_return(part.sessions, price);
    }
    return score;
}
/// The same of closes side by side, the first of which are those of default_score.
template <std::size_t count>
double live_score(const PastCloses<count>& closes, double price) noexcept {
    double score = 0;
    for (std::size_t i = 0; i < default_score.size(); ++i) {
        score += default_score[i].weight * closes.live_return(i, price);
    }
    return score;
}
/// The same of what is committed.
template <class Parts>
double score(const CloseHistory& closes, const Parts& parts) noexcept {
    double score = 0;
    for (const ScorePart& part : parts) {
        score += part.weight * closes.session_return(part.sessions);
    }
    return score;
}

/// (P_t / P_(t-n)) / (B_t / B_(t-n)) of two returns over the same sessions, as fractions.
inline double strength_against(double own_return, double benchmark_return) noexcept {
    return quotient(1 + own_return, 1 + benchmark_return);
}

/// Mansfield relative strength: 100 * (RP / SMA_n(RP) - 1) with RP the price over the benchmark's, above 0
/// when the symbol does better than it used to. n = 52 weekly or 200 daily. Stan Weinstein, Secrets for
/// Profiting in Bull and Bear Markets (1988); the formula as published for TradingView and Optuma.
class Mansfield {
public:
    explicit Mansfield(std::size_t periods) : ratios_(periods) {}

    /// A period in which either is unknown is left out.
    void commit(double price, double benchmark);
    double value() const noexcept { return of(ratio_, ratios_.value()); }
    double live(double price, double benchmark) const noexcept;

    /// A split of the symbol; one of the benchmark has the reciprocal ratio.
    void apply_split(double ratio);
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    static double of(double ratio, double average) noexcept {
        return 100 * (quotient(ratio, average) - 1);
    }

    double ratio_ = unknown;
    Sma ratios_;
};

}  // namespace tsflow::market
