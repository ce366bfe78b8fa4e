#include "indicators/history.hpp"

namespace tsflow::market {

void CloseHistory::commit(double close) {
    if (known(close)) {
        closes_.push(close);
    }
}

SmaThreshold CloseHistory::sma_threshold(std::size_t n) const noexcept {
    const std::size_t before = n - 1;
    if (closes_.size() < before) {
        return {};
    }
    Ticks sum = 0;
    for (std::size_t age = 0; age < before; ++age) {
        sum += to_ticks(closes_.back(age));
    }
    return {sum, static_cast<std::int64_t>(before)};
}

void CloseHistory::apply_split(double ratio) {
    closes_.change_each([ratio](double close) { return close / ratio; });
}

template <class Better>
double Extreme<Better>::search(std::size_t count) const noexcept {
    double best = unknown;
    for (std::size_t age = 0; age < count; ++age) {
        const double value = values_.back(age);
        if (!known(best) || Better{}(value, best)) {
            best = value;
        }
    }
    return best;
}

template <class Better>
void Extreme<Better>::commit(double value) {
    if (!known(value)) {
        return;
    }
    const bool drops_best = values_.full() && values_.oldest() == best_;
    values_.push(value);
    if (!known(best_) || !Better{}(best_, value)) {
        best_ = value;
    } else if (drops_best) {
        best_ = search(values_.size());
    }
}

template <class Better>
double Extreme<Better>::live(double value) const noexcept {
    const std::size_t before = values_.capacity() - 1;
    if (values_.size() < before || !known(value)) {
        return unknown;
    }
    const bool drops_best = values_.full() && values_.oldest() == best_;
    const double rest = drops_best ? search(before) : best_;
    return !known(rest) || Better{}(value, rest) ? value : rest;
}

template <class Better>
void Extreme<Better>::apply_split(double ratio) {
    values_.change_each([ratio](double value) { return value / ratio; });
    best_ /= ratio;
}

template <class Better>
void Extreme<Better>::restore(StateReader& state) {
    values_.restore(state);
    best_ = search(values_.size());
}

template class Extreme<std::greater<>>;
template class Extreme<std::less<>>;

void RollingSum::commit(std::int64_t value) {
    sum_ = live(value);
    values_.push(value);
}

void RollingSum::restore(StateReader& state) {
    values_.restore(state);
    sum_ = values_.sum(values_.size());
}

}  // namespace tsflow::market
