#include "indicators/wilder.hpp"

#include <algorithm>
#include <cmath>

namespace tsflow::market {

namespace {

/// The change if it is upwards, else 0; unknown stays unknown.
double gain(double change) noexcept {
    return change <= 0 ? 0 : change;
}

}  // namespace

double Atr::true_range(const DayBar& bar) const noexcept {
    if (!known(close_)) {
        return unknown;
    }
    return std::max({bar.high - bar.low, std::abs(bar.high - close_), std::abs(bar.low - close_)});
}

void Atr::commit(const DayBar& bar) noexcept {
    average_.commit(true_range(bar));
    close_ = bar.close;
}

void Atr::apply_split(double ratio) noexcept {
    close_ /= ratio;
    average_.apply_split(ratio);
}

void Atr::save(StateWriter& state) const {
    state.real(close_);
    average_.save(state);
}

void Atr::restore(StateReader& state) {
    close_ = state.real();
    average_.restore(state);
}

void Rsi::commit(double close) noexcept {
    if (!known(close)) {
        return;
    }
    gains_.commit(gain(close - close_));
    losses_.commit(gain(close_ - close));
    close_ = close;
}

double Rsi::live(double close) const noexcept {
    return of(gains_.live(gain(close - close_)), losses_.live(gain(close_ - close)));
}

void Rsi::apply_split(double ratio) noexcept {
    close_ /= ratio;
    gains_.apply_split(ratio);
    losses_.apply_split(ratio);
}

void Rsi::save(StateWriter& state) const {
    state.real(close_);
    gains_.save(state);
    losses_.save(state);
}

void Rsi::restore(StateReader& state) {
    close_ = state.real();
    gains_.restore(state);
    losses_.restore(state);
}

}  // namespace tsflow::market
