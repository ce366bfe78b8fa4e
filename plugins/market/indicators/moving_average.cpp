#include "indicators/moving_average.hpp"

namespace tsflow::market {

void Sma::commit(double value) {
    if (!known(value)) {
        return;
    }
    if (window_.full()) {
        sum_ -= window_.oldest();
    }
    sum_ += value;
    window_.push(value);
    if (--until_rebuilt_ == 0) {
        rebuild();
    }
}

void Sma::rebuild() noexcept {
    sum_ = window_.sum(window_.size());
    until_rebuilt_ = window_.capacity();
}

void Sma::apply_split(double ratio) {
    window_.change_each([ratio](double value) { return value / ratio; });
    rebuild();
}

void Sma::save(StateWriter& state) const {
    window_.save(state);
    state.real(sum_);
    state.integer(static_cast<std::int64_t>(until_rebuilt_));
}

void Sma::restore(StateReader& state) {
    window_.restore(state);
    sum_ = state.real();
    until_rebuilt_ = static_cast<std::size_t>(state.integer());
}

void Ema::save(StateWriter& state) const {
    state.integer(count_);
    state.real(value_);
}

void Ema::restore(StateReader& state) {
    count_ = state.integer();
    value_ = state.real();
}

}  // namespace tsflow::market
