#pragma once

#include <compare>
#include <cstdint>

#include "indicators/price.hpp"
#include "indicators/value.hpp"
#include "tsflow/state.hpp"

namespace tsflow::market {

/// What an issue did today against the close before.
enum class Direction : std::uint8_t {
    ineligible,  ///< no close before, as a new listing
    not_traded,  ///< no regular bar today; no issue traded, and so not unchanged
    unchanged,
    advance,
    decline,
};

/// `last` is the price of the regular session so far, `previous_close` the close of the session before in
/// today's terms; either may be `no_price`.
Direction direction_of(Ticks last, Ticks previous_close) noexcept;

/// One issue as a tally counts it; keep it to take it out again.
struct Issue {
    Direction direction = Direction::ineligible;
    Shares volume = 0;  ///< of the day so far
};

/// Advances and declines of one universe or sector. Definitions: QuantConnect LEAN,
/// AdvanceDeclineIndicator and its derivatives (Apache-2.0), but unknown instead of 0 for a quotient that
/// is not defined.
class AdvanceDecline {
public:
    void add(const Issue& issue) noexcept { count(issue, 1); }
    void remove(const Issue& issue) noexcept { count(issue, -1); }
    /// A member's next state; an issue that turns takes its whole volume of the day with it.
    void replace(const Issue& before, const Issue& now) noexcept {
        remove(before);
        add(now);
    }

    std::int32_t members() const noexcept { return eligible_ + ineligible_; }
    std::int32_t eligible() const noexcept { return eligible_; }
    std::int32_t reporting() const noexcept { return advancing_ + declining_ + unchanged_; }

    // Counts mean nothing, and are published as null, when nobody is eligible.
    std::int32_t advancing() const noexcept { return advancing_; }
    std::int32_t declining() const noexcept { return declining_; }
    std::int32_t unchanged() const noexcept { return unchanged_; }
    std::int32_t not_traded() const noexcept { return eligible_ - reporting(); }
    std::int32_t net() const noexcept { return advancing_ - declining_; }
    Shares up_volume() const noexcept { return up_volume_; }
    Shares down_volume() const noexcept { return down_volume_; }

    /// A / D.
    double ratio() const noexcept { return quotient(advancing_, declining_); }
    /// 100 * A / (A + D).
    double advance_percent() const noexcept { return 100 * advance_share(); }
    /// A / (A + D).
    double advance_share() const noexcept { return quotient(advancing_, advancing_ + declining_); }
    /// Up volume in percent of up and down volume.
    double up_volume_percent() const noexcept;
    double trin() const noexcept;
    double ln_trin() const noexcept;

private:
    void count(const Issue& issue, std::int32_t by) noexcept;

    std::int32_t ineligible_ = 0;
    std::int32_t eligible_ = 0;
    std::int32_t advancing_ = 0;
    std::int32_t declining_ = 0;
    std::int32_t unchanged_ = 0;
    Shares up_volume_ = 0;
    Shares down_volume_ = 0;
};

/// Arms index (A / D) / (UV / DV), of a day or of sums over days; below 1 the advancing issues have more
/// than their share of the volume. Unknown when one of the four is 0. Richard W. Arms Jr., The Arms Index
/// (1989).
double trin(double advancing, double declining, double up_volume, double down_volume) noexcept;

/// The running sum of net advances. Only its shape means something: it starts at 0, or where it is set.
class AdvanceDeclineLine {
public:
    explicit AdvanceDeclineLine(std::int64_t start = 0) : value_(start) {}

    void commit(std::int64_t net) noexcept { value_ += net; }
    std::int64_t value() const noexcept { return value_; }
    std::int64_t live(std::int64_t net) const noexcept { return value_ + net; }

    void save(StateWriter& state) const { state.integer(value_); }
    void restore(StateReader& state) { value_ = state.integer(); }

private:
    std::int64_t value_;
};

/// Where a price stands against a threshold.
enum class Standing : std::uint8_t { ineligible, not_traded, below, equal, above };

inline Standing standing_of(std::strong_ordering order) noexcept {
    return order < 0 ? Standing::below : order > 0 ? Standing::above : Standing::equal;
}
/// Against an exponential average, itself included: p > EMA holds exactly when p > the EMA committed
/// before, as both lie on the same side of it. Ineligible when that is unknown.
inline Standing standing_of(double price, double committed_average) noexcept {
    return !known(committed_average)   ? Standing::ineligible
           : price > committed_average ? Standing::above
           : price < committed_average ? Standing::below
                                       : Standing::equal;
}

/// How many members of a universe stand above their moving average; strictly, as in ChartSchool's Percent
/// Above Moving Average.
class AboveAverage {
public:
    void add(Standing standing) noexcept { count(standing, 1); }
    void remove(Standing standing) noexcept { count(standing, -1); }

    std::int32_t members() const noexcept { return members_; }
    std::int32_t eligible() const noexcept { return eligible_; }
    std::int32_t reporting() const noexcept { return above_ + below_ + equal_; }
    std::int32_t above() const noexcept { return above_; }
    std::int32_t below() const noexcept { return below_; }
    std::int32_t equal() const noexcept { return equal_; }
    /// Of those that reported; unknown when none did.
    double percent() const noexcept { return 100 * quotient(above_, reporting()); }

private:
    void count(Standing standing, std::int32_t by) noexcept;

    std::int32_t members_ = 0;
    std::int32_t eligible_ = 0;
    std::int32_t above_ = 0;
    std::int32_t below_ = 0;
    std::int32_t equal_ = 0;
};

/// Up minus down moves of the closes of one minute's bars against each symbol's bar before. A poor cousin of
/// the exchange's TICK, which counts trades, and never to be called so.
class BarTick {
public:
    /// A symbol's bar of this minute; `previous` is `no_price` for its first bar of the session.
    void add(Ticks close, Ticks previous) noexcept { count(close, previous, 1); }
    /// Takes back what was added, for a bar that came again.
    void remove(Ticks close, Ticks previous) noexcept { count(close, previous, -1); }

    std::int32_t value() const noexcept { return value_; }
    /// Symbols with a bar in this minute and one before.
    std::int32_t reporting() const noexcept { return reporting_; }

private:
    void count(Ticks close, Ticks previous, std::int32_t by) noexcept;

    std::int32_t value_ = 0;
    std::int32_t reporting_ = 0;
};

}  // namespace tsflow::market
