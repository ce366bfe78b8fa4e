#pragma once

#include <compare>
#include <functional>

#include "indicators/price.hpp"
#include "indicators/value.hpp"
#include "indicators/window.hpp"

namespace tsflow::market {

/// Where a price stands against the mean of the newest n closes, itself included. p > SMA_n holds exactly
/// when p * (n - 1) > the sum of the n - 1 closes before: a threshold that is constant for a session, and
/// is compared in whole ticks, without rounding.
class SmaThreshold {
public:
    SmaThreshold() = default;
    SmaThreshold(Ticks sum, std::int64_t count) : sum_(sum), count_(count) {}

    /// False without enough closes.
    bool eligible() const noexcept { return count_ > 0; }
    std::strong_ordering compare(Ticks price) const noexcept { return price * count_ <=> sum_; }
    /// In USD, to show.
    double price() const noexcept {
        return eligible() ? static_cast<double>(sum_) / ticks_per_usd / static_cast<double>(count_)
                          : unknown;
    }

private:
    Ticks sum_ = 0;
    std::int64_t count_ = 0;
};

/// The closes of the newest sessions of one symbol, in today's terms.
class CloseHistory {
public:
    explicit CloseHistory(std::size_t sessions) : closes_(sessions) {}

    void commit(double close);
    std::size_t size() const noexcept { return closes_.size(); }
    /// The close `age` sessions before the newest; unknown beyond what there is.
    double close(std::size_t age = 0) const noexcept {
        return age < closes_.size() ? closes_.back(age) : unknown;
    }

    /// C_t / C_(t-n) - 1, a fraction: needs n + 1 closes, and is unknown before, never shortened.
    double session_return(std::size_t n) const noexcept { return close() / close(n) - 1; }
    /// The same with `price` for the close of the session that is running; n is at least 1.
    double live_return(std::size_t n, double price) const noexcept {
        return price / close(n - 1) - 1;
    }

    /// Made once a session, for the session that is running; n is at least 2.
    SmaThreshold sma_threshold(std::size_t n) const noexcept;

    void apply_split(double ratio);
    void save(StateWriter& state) const { closes_.save(state); }
    void restore(StateReader& state) { closes_.restore(state); }

private:
    Window<double> closes_;
};

/// The greatest or least value of the newest n sessions, the one that is running excluded. Unknown before
/// all n are there: a year's high needs a year.
template <class Better>
class Extreme {
public:
    explicit Extreme(std::size_t sessions) : values_(sessions) {}

    void commit(double value);
    double value() const noexcept { return values_.full() ? best_ : unknown; }
    /// With the running session in the place of the oldest one.
    double live(double value) const noexcept;

    void apply_split(double ratio);
    void save(StateWriter& state) const { values_.save(state); }
    void restore(StateReader& state);

private:
    double search(std::size_t count) const noexcept;

    Window<double> values_;
    double best_ = unknown;
};

using Highest = Extreme<std::greater<>>;
using Lowest = Extreme<std::less<>>;
extern template class Extreme<std::greater<>>;
extern template class Extreme<std::less<>>;

/// The sum of the newest n counts, for ratios of sums over ten days; exact.
class RollingSum {
public:
    explicit RollingSum(std::size_t sessions) : values_(sessions) {}

    void commit(std::int64_t value);
    bool full() const noexcept { return values_.full(); }
    std::int64_t value() const noexcept { return sum_; }
    /// Whether `live` has all its sessions.
    bool full_live() const noexcept { return values_.size() + 1 >= values_.capacity(); }
    std::int64_t live(std::int64_t value) const noexcept {
        return sum_ - (values_.full() ? values_.oldest() : 0) + value;
    }

    void save(StateWriter& state) const { values_.save(state); }
    void restore(StateReader& state);

private:
    Window<std::int64_t> values_;
    std::int64_t sum_ = 0;
};

}  // namespace tsflow::market
