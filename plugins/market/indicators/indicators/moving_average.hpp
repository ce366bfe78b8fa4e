#pragma once

#include <cstddef>
#include <cstdint>

#include "indicators/value.hpp"
#include "indicators/window.hpp"

namespace tsflow::market {

// Two phases, as in the whole library: `commit` takes the value of a session that is over, once; `live`
// tells what the indicator would be if the session that is running ended with `value`, and changes
// nothing, so a correction of today needs no undo. Sessions without a value are left out: committing
// `unknown` changes nothing, as with ignore_na in pandas.

/// The mean of the newest n values.
class Sma {
public:
    explicit Sma(std::size_t period) : window_(period), until_rebuilt_(period) {}

    void commit(double value);
    /// Of what is committed; unknown before `period` values.
    double value() const noexcept { return window_.full() ? sum_ / length() : unknown; }
    /// Known from period - 1 committed values on.
    double live(double value) const noexcept {
        if (window_.full()) {
            return (sum_ - window_.oldest() + value) / length();
        }
        return window_.size() + 1 == window_.capacity() ? (sum_ + value) / length() : unknown;
    }
    std::size_t period() const noexcept { return window_.capacity(); }
    std::size_t size() const noexcept { return window_.size(); }

    /// Puts what is stored into the terms of after a split into `ratio` new shares for an old one.
    void apply_split(double ratio);
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    double length() const noexcept { return static_cast<double>(window_.capacity()); }
    void rebuild() noexcept;

    Window<double> window_;
    double sum_ = 0;
    // Adding and taking away lets rounding errors grow; once in a turn of the window the sum is made anew.
    std::size_t until_rebuilt_;
};

/// How an exponential average begins.
enum class Seed : std::uint8_t {
    sma,  ///< with the mean of its first n values, and is unknown until then: TA-Lib, TTR, ChartSchool
    first,  ///< with its first value, and is known at once: Tulip, pandas' ewm(adjust=False)
};

/// value += alpha * (next - value). Also Wilder's smoothing, whose alpha is 1/n.
class Ema {
public:
    /// alpha = 2 / (period + 1).
    explicit Ema(std::size_t period, Seed seed = Seed::sma)
        : Ema(2.0 / (static_cast<double>(period) + 1), seed == Seed::sma ? period : 1) {}
    /// J. Welles Wilder, New Concepts in Technical Trading Systems (1978): alpha = 1/n after a mean of n.
    static Ema wilder(std::size_t period) { return Ema(1.0 / static_cast<double>(period), period); }

    void commit(double next) noexcept {
        if (known(next)) {
            value_ += weight() * (next - value_);
            ++count_;
        }
    }
    double value() const noexcept { return count_ >= seed_ ? value_ : unknown; }
    double live(double next) const noexcept {
        return count_ + 1 >= seed_ ? value_ + weight() * (next - value_) : unknown;
    }
    /// Values so far, the seed's included.
    std::int64_t count() const noexcept { return count_; }

    void apply_split(double ratio) noexcept { value_ /= ratio; }
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    Ema(double alpha, std::size_t seed) : alpha_(alpha), seed_(static_cast<std::int64_t>(seed)) {}
    /// While the seed is gathered value_ is the mean so far.
    double weight() const noexcept {
        return count_ < seed_ ? 1.0 / static_cast<double>(count_ + 1) : alpha_;
    }

    double alpha_;
    std::int64_t seed_;
    std::int64_t count_ = 0;
    double value_ = 0;
};

}  // namespace tsflow::market
