#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <vector>

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

    /// Of the newest `count`, oldest first.
    double sum(std::size_t count) const noexcept { return closes_.sum(count); }

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

/// The mean of the newest n closes, at least 2, for who keeps the closes anyway: what Sma tells, without a window
/// of its own.
class CloseAverage {
public:
    explicit CloseAverage(std::size_t period) : period_(period), until_rebuilt_(period) {}

    /// After `closes`, which keeps at least `period` of them, has taken a close in.
    void commit(const CloseHistory& closes);
    double value() const noexcept { return sum_ / length(); }
    /// As Sma: known from period - 1 committed closes on.
    double live(double close) const noexcept { return (rest_ + close) / length(); }

    /// After a split of `closes`.
    void apply_split(const CloseHistory& closes) { rebuild(closes); }
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    double length() const noexcept { return static_cast<double>(period_); }
    void rebuild(const CloseHistory& closes) noexcept;

    std::size_t period_;
    double sum_ = unknown;
    double rest_ = unknown;      // the sum without its oldest close, which the next one drops
    std::size_t until_rebuilt_;  // as in Sma
};

/// The closes of some sessions ago, side by side: what returns of the running session begin with. Made anew when
/// the history changes, because each of them lies elsewhere in memory.
template <std::size_t count>
class PastCloses {
public:
    explicit PastCloses(const std::array<std::size_t, count>& sessions) : sessions_(&sessions) {
        closes_.fill(unknown);
    }
    void update(const CloseHistory& closes) noexcept {
        for (std::size_t i = 0; i < count; ++i) {
            closes_[i] = closes.close((*sessions_)[i] - 1);
        }
    }
    /// As CloseHistory::live_return, over the sessions at `index`.
    double live_return(std::size_t index, double price) const noexcept {
        return price / closes_[index] - 1;
    }

private:
    const std::array<std::size_t, count>* sessions_;
    std::array<double, count> closes_;
};

/// The greatest or least value of the newest n sessions, the one that is running excluded. Unknown before
/// all n are there: a year's high needs a year. Kept are only those that some later day can still be the best of
/// all, each better than what follows it: about twenty of the 252 of a year.
template <class Better>
class Extreme {
public:
    explicit Extreme(std::size_t sessions) : sessions_(sessions) {}

    void commit(double value);
    double value() const noexcept {
        return committed_ >= sessions_ ? candidates_.front().value : unknown;
    }
    /// With the running session in the place of the oldest one.
    double live(double value) const noexcept {
        if (committed_ + 1 < sessions_ || !known(value)) {
            return unknown;
        }
        return !known(rest_) || Better{}(value, rest_) ? value : rest_;
    }

    void apply_split(double ratio);
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    /// Packed, since all symbols have some dozens of them.
    struct [[gnu::packed]] Candidate {
        double value;
        std::uint32_t number;  ///< of the session, counted from 1
    };

    void find_rest() noexcept;

    std::size_t sessions_;
    std::uint32_t committed_ = 0;
    std::vector<Candidate> candidates_;  // the best, which is the oldest, first
    double rest_ =
        unknown;  // the best without the oldest session, which the running one takes the place of
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
