#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "indicators/day_bar.hpp"
#include "indicators/value.hpp"
#include "tsflow/state.hpp"
#include "tsflow/symbol.hpp"
#include "tsflow/time.hpp"

namespace tsflow::feed_quality {

/// The newest bar of one symbol in one minute.
struct Entry {
    Symbol symbol;
    market::DayBar bar;
    double day_volume = market::unknown;  ///< as the feed says
};

/// Bars of one minute, each symbol once.
class Entries {
public:
    /// The symbol's bar, or null.
    const Entry* find(Symbol symbol) const noexcept;
    /// Adds or replaces.
    void put(const Entry& entry);
    const std::vector<Entry>& all() const noexcept { return all_; }

    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    std::vector<Entry> all_;
    std::vector<std::int32_t>
        place_;  ///< by the symbol's code; 0: none, else one more than in all_
};

/// What came of one minute.
struct Minute {
    Entries feed;
    Entries built;
    std::int64_t repeated = 0;
    std::int64_t corrected = 0;
    std::int64_t rejected = 0;
    std::vector<double> late;    ///< ms, of first arrivals
    std::int64_t revision = -1;  ///< of the row that was emitted last; -1: none was yet
    std::string emitted;         ///< that row
    bool pending = true;         ///< something may have changed since

    void save(StateWriter& state) const;
    void restore(StateReader& state);
};

/// How the bars of two sources agree.
struct Agreement {
    std::int64_t compared = 0;
    std::int64_t only_feed = 0;
    std::int64_t only_built = 0;
    std::int64_t price_mismatch = 0;
    std::int64_t volume_mismatch = 0;
};
Agreement agreement_of(const Entries& feed, const Entries& built) noexcept;

}  // namespace tsflow::feed_quality
