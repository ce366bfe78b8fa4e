#pragma once

#include <vector>

#include "averages.hpp"
#include "indicators/breadth.hpp"
#include "indicators/high_low.hpp"
#include "indicators/oscillators.hpp"
#include "session/day_so_far.hpp"
#include "session/members.hpp"

namespace tsflow::breadth {

/// What of one symbol is constant for a session: what its price is compared with.
struct Levels {
    market::Ticks previous_close = market::no_price;
    double highest = market::unknown;  ///< of the sessions before
    double lowest = market::unknown;
};

/// The same of its averages, in one array for all symbols.
struct AverageLevel {
    market::SmaThreshold sma;
    double ema = market::unknown;
};

/// How one symbol is counted today; a function of its levels and its day so far, so that nothing is kept to
/// take it out again.
struct Counted {
    market::Issue issue;
    market::NewExtreme year;
    market::NewExtreme day;

    Counted(const Levels& levels, const market::DaySoFar& day_so_far, market::Match match);
};

/// The members of one universe, counted, in one view of the day.
struct Tally {
    explicit Tally(std::size_t averages) : above(averages) {}

    market::AdvanceDecline issues;
    market::NewHighsLows year;
    market::NewHighsLows day;
    std::vector<market::AboveAverage> above;
    market::BarTick tick;  ///< of the newest minute of all universes
};

/// What one universe has committed.
struct Committed {
    Committed(const market::McClellanConfig& mcclellan_config, market::ThrustKind kind,
              market::Seed seed)
        : mcclellan(mcclellan_config), thrust(kind, seed) {}

    market::AdvanceDeclineLine line;
    market::McClellan mcclellan;
    market::BreadthThrust thrust;
    market::HighLowIndex high_low;
    market::RollingSum advancing{trin_sessions}, declining{trin_sessions};
    market::RollingSum up_volume{trin_sessions}, down_volume{trin_sessions};

    static constexpr std::size_t trin_sessions = 10;

    void commit(const Tally& tally);
    /// Open-10 TRIN: of sums over ten sessions, today's so far included.
    double live_trin_10(const Tally& tally) const noexcept;
    void save(StateWriter& state) const;
    void restore(StateReader& state);
};

}  // namespace tsflow::breadth
