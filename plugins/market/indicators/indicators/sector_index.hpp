#pragma once

#include <cstdint>
#include <span>

#include "indicators/value.hpp"
#include "tsflow/state.hpp"

namespace tsflow::market {

/// A sum that numbers go into and out of again: the rounding error of each addition is kept and added at
/// the end (Ole Møller, 1965; Knuth's TwoSum), so that it does not drift.
class CompensatedSum {
public:
    void add(double value) noexcept {
        const double sum = high_ + value;
        const double other = sum - high_;
        low_ += (high_ - (sum - other)) + (value - other);
        high_ = sum;
    }
    void subtract(double value) noexcept { add(-value); }
    double value() const noexcept { return high_ + low_; }

private:
    double high_ = 0;
    double low_ = 0;
};

/// What one member adds to its sector today.
struct MemberMove {
    double weight = 0;  ///< 1 for equal weights; the market value at the close before; of a file
    /// Price over the close before in today's terms; unknown without a close before or a trade today.
    double relative = unknown;
};

/// A chain-linked index of a group: I_t = I_(t-1) * sum(w p/p') / sum(w) over the members that have a close
/// before and a trade today. With equal weights that is 1 + the mean of their returns. A day on which fewer
/// than `min_members` do leaves the index where it was.
class SectorIndex {
public:
    struct Config {
        double start = 100;
        std::int32_t min_members = 3;
    };
    explicit SectorIndex(const Config& config) : config_(config), value_(config.start) {}
    SectorIndex() : SectorIndex(Config{}) {}

    void add(const MemberMove& move) noexcept { count(move, 1); }
    void remove(const MemberMove& move) noexcept { count(move, -1); }

    std::int32_t members() const noexcept { return members_; }
    std::int32_t reporting() const noexcept { return reporting_; }

    /// The committed index.
    double value() const noexcept { return value_; }
    /// Of today so far; unknown while fewer than `min_members` report.
    double live() const noexcept { return value_ * (1 + today()); }
    /// Today's return of the index, a fraction; unknown likewise.
    double today() const noexcept;

    /// The session is over: takes `live`, if it is known, and forgets all members' moves.
    void commit() noexcept;

    // Saves what is committed; the members' moves come with their prices.
    void save(StateWriter& state) const { state.real(value_); }
    void restore(StateReader& state) { value_ = state.real(); }

private:
    void count(const MemberMove& move, std::int32_t by) noexcept;

    Config config_;
    double value_;
    std::int32_t members_ = 0;
    std::int32_t reporting_ = 0;
    // Sums of returns, not of price ratios, so that what is published keeps all its digits.
    CompensatedSum returns_;
    CompensatedSum weights_;
};

}  // namespace tsflow::market
