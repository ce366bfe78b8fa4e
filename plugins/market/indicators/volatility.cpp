#include "indicators/volatility.hpp"

#include <cmath>

namespace tsflow::market {

namespace {

constexpr double sessions_a_year = 252;

/// Of the newest `count` values and, unless it is unknown, `last`. Two passes: no difference of sums.
double annual_deviation(const Window<double>& returns, std::size_t count, double last) noexcept {
    const bool with_last = known(last);
    const double n = static_cast<double>(count + (with_last ? 1 : 0));
    const double mean = (returns.sum(count) + (with_last ? last : 0)) / n;
    double squares = with_last ? (last - mean) * (last - mean) : 0;
    for (std::size_t age = 0; age < count; ++age) {
        const double distance = returns.back(age) - mean;
        squares += distance * distance;
    }
    return std::sqrt(squares / (n - 1) * sessions_a_year);
}

}  // namespace

void HistoricalVolatility::commit(double close) {
    if (!known(close)) {
        return;
    }
    if (known(close_)) {
        returns_.push(std::log(close / close_));
    }
    close_ = close;
}

double HistoricalVolatility::value() const noexcept {
    return returns_.full() ? annual_deviation(returns_, returns_.size(), unknown) : unknown;
}

double HistoricalVolatility::live(double close) const noexcept {
    const std::size_t before = returns_.capacity() - 1;
    if (returns_.size() < before || !known(close) || !known(close_)) {
        return unknown;
    }
    return annual_deviation(returns_, before, std::log(close / close_));
}

void HistoricalVolatility::save(StateWriter& state) const {
    state.real(close_);
    returns_.save(state);
}

void HistoricalVolatility::restore(StateReader& state) {
    close_ = state.real();
    returns_.restore(state);
}

}  // namespace tsflow::market
