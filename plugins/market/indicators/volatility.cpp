#include "indicators/volatility.hpp"

#include <cmath>

namespace tsflow::market {

namespace {

constexpr double sessions_a_year = 252;

/// Sum of the squares of the newest `count` values around their mean. Two passes: no difference of sums.
double squares_around(const Window<double>& returns, std::size_t count, double mean) noexcept {
    double squares = 0;
    for (std::size_t age = 0; age < count; ++age) {
        const double distance = returns.back(age) - mean;
        squares += distance * distance;
    }
    return squares;
}

double annual_deviation(double squares, std::size_t count) noexcept {
    return std::sqrt(squares / (static_cast<double>(count) - 1) * sessions_a_year);
}

}  // namespace

void HistoricalVolatility::commit(double close) {
    if (!known(close)) {
        return;
    }
    if (known(close_)) {
        returns_.push(std::log(close / close_));
        find_rest();
    }
    close_ = close;
}

double HistoricalVolatility::value() const noexcept {
    if (!returns_.full()) {
        return unknown;
    }
    const std::size_t count = returns_.size();
    const double mean = returns_.sum(count) / static_cast<double>(count);
    return annual_deviation(squares_around(returns_, count, mean), count);
}

void HistoricalVolatility::find_rest() noexcept {
    const std::size_t before = returns_.capacity() - 1;
    if (before > 0 && returns_.size() >= before) {
        rest_mean_ = returns_.sum(before) / static_cast<double>(before);
        rest_squares_ = squares_around(returns_, before, rest_mean_);
    }
}

double HistoricalVolatility::live(double close) const noexcept {
    // One value more moves the mean by its distance over n, and adds the square of the distance, shortened.
    const std::size_t count = returns_.capacity();
    const double distance = std::log(close / close_) - rest_mean_;
    const double n = static_cast<double>(count);
    return annual_deviation(rest_squares_ + distance * distance * (n - 1) / n, count);
}

void HistoricalVolatility::save(StateWriter& state) const {
    state.real(close_);
    returns_.save(state);
}

void HistoricalVolatility::restore(StateReader& state) {
    close_ = state.real();
    returns_.restore(state);
    find_rest();
}

}  // namespace tsflow::market
