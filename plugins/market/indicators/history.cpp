#include "indicators/history.hpp"

#include <string>

#include "tsflow/error.hpp"

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

void CloseAverage::commit(const CloseHistory& closes) {
    if (!known(rest_) || --until_rebuilt_ == 0) {
        rebuild(closes);
        return;
    }
    sum_ = rest_ + closes.close();
    rest_ = sum_ - closes.close(period_ - 1);
}

void CloseAverage::rebuild(const CloseHistory& closes) noexcept {
    sum_ = closes.size() >= period_ ? closes.sum(period_) : unknown;
    rest_ = closes.size() + 1 >= period_ ? closes.sum(period_ - 1) : unknown;
    until_rebuilt_ = period_;
}

void CloseAverage::save(StateWriter& state) const {
    state.real(sum_);
    state.real(rest_);
    state.integer(static_cast<std::int64_t>(until_rebuilt_));
}

void CloseAverage::restore(StateReader& state) {
    sum_ = state.real();
    rest_ = state.real();
    until_rebuilt_ = static_cast<std::size_t>(state.integer());
}

template <class Better>
void Extreme<Better>::commit(double value) {
    if (!known(value)) {
        return;
    }
    while (!candidates_.empty() && !Better{}(double{candidates_.back().value}, value)) {
        candidates_.pop_back();
    }
    if (candidates_.size() == candidates_.capacity()) {
        candidates_.reserve(candidates_.size() + 8);  // there are many of these, and none is long
    }
    candidates_.push_back({value, ++committed_});
    if (candidates_.front().number + sessions_ <= committed_) {
        candidates_.erase(candidates_.begin());
    }
    find_rest();
}

template <class Better>
void Extreme<Better>::find_rest() noexcept {
    // The oldest session can only be the first candidate.
    const bool drops =
        !candidates_.empty() && candidates_.front().number + sessions_ <= committed_ + 1;
    const std::size_t best = drops ? 1 : 0;
    rest_ = best < candidates_.size() ? candidates_[best].value : unknown;
}

template <class Better>
void Extreme<Better>::apply_split(double ratio) {
    for (Candidate& candidate : candidates_) {
        candidate.value /= ratio;
    }
    find_rest();
}

template <class Better>
void Extreme<Better>::save(StateWriter& state) const {
    state.integer(static_cast<std::int64_t>(sessions_));
    state.integer(static_cast<std::int64_t>(committed_));
    state.integer(static_cast<std::int64_t>(candidates_.size()));
    for (const Candidate& candidate : candidates_) {
        state.real(candidate.value);
        state.integer(static_cast<std::int64_t>(candidate.number));
    }
}

template <class Better>
void Extreme<Better>::restore(StateReader& state) {
    const std::int64_t saved = state.integer();
    if (saved != static_cast<std::int64_t>(sessions_)) {
        throw Error{"saved extremes of " + std::to_string(saved) + " sessions are none of " +
                    std::to_string(sessions_)};
    }
    committed_ = static_cast<std::uint32_t>(state.integer());
    candidates_.clear();
    for (std::int64_t count = state.integer(); count > 0; --count) {
        const double value = state.real();
        candidates_.push_back({value, static_cast<std::uint32_t>(state.integer())});
    }
    find_rest();
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
