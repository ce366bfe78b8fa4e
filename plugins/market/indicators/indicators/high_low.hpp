#pragma once

#include <cstdint>

#include "indicators/moving_average.hpp"
#include "indicators/price.hpp"

namespace tsflow::market {

/// When a price counts as a new extreme.
enum class Match : std::uint8_t {
    strict,  ///< beyond the old one: QuantConnect LEAN, NewHighsNewLows
    equal,   ///< made or matched: Barchart
};

/// What one symbol's day so far is against its extremes of the sessions before.
struct NewExtreme {
    bool eligible = false;  ///< the sessions before are all there
    bool traded = false;
    bool high = false;
    bool low = false;
};

/// `highest` and `lowest` of the sessions before as `Highest` and `Lowest` give them, unknown without full
/// history; `high` and `low` of today, `no_price` before the first bar.
NewExtreme new_extreme(double highest, double lowest, Ticks high, Ticks low,
                       Match match = Match::strict) noexcept;

/// New highs and lows of one universe; of 52 weeks or, with the session's running extremes in the place of
/// the year's, of the day.
class NewHighsLows {
public:
    void add(const NewExtreme& state) noexcept { count(state, 1); }
    void remove(const NewExtreme& state) noexcept { count(state, -1); }

    std::int32_t members() const noexcept { return members_; }
    std::int32_t eligible() const noexcept { return eligible_; }
    std::int32_t reporting() const noexcept { return reporting_; }
    std::int32_t highs() const noexcept { return highs_; }
    std::int32_t lows() const noexcept { return lows_; }
    std::int32_t net() const noexcept { return highs_ - lows_; }
    /// 100 * NH / (NH + NL), ChartSchool's Record High Percent; unknown when there are neither.
    double record_high_percent() const noexcept { return 100 * quotient(highs_, highs_ + lows_); }

private:
    void count(const NewExtreme& state, std::int32_t by) noexcept;

    std::int32_t members_ = 0;
    std::int32_t eligible_ = 0;
    std::int32_t reporting_ = 0;
    std::int32_t highs_ = 0;
    std::int32_t lows_ = 0;
};

/// ChartSchool's High-Low Index: the mean of the record high percent over ten sessions; a session with
/// neither highs nor lows is left out.
class HighLowIndex : public Sma {
public:
    HighLowIndex() : Sma(10) {}
};

}  // namespace tsflow::market
