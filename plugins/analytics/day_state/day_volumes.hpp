#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "session/minutes.hpp"
#include "session/stamp.hpp"
#include "tsflow/state.hpp"

namespace tsflow::day_state {

/// What the bars of a session say of the day's volume so far (`day_volume`, the feed's `av`), beside the sum of
/// the bars themselves. Where the one grew by more than the other, bars were missed.
///
/// The feed tells the volume as it was when it sent the bar: with corrections of bars before, and, in a bar that is
/// late or sent again, with minutes behind it. So only bars count that came in their order.
class DayVolumes {
public:
    void clear(std::size_t members);
    void add_member() { slots_.emplace_back(); }
    /// A bar came; `day_volume` is unknown when it does not tell.
    void take(market::Slot slot, int minute, market::Shares volume, double day_volume);
    /// The complete view holds the minutes up to this one now.
    void show_until(int minute);
    /// Shares that the day's volume grew by, from the first bar that tells it to the newest, without those of all
    /// bars in between: 0 when none is missing; unknown when no bar tells it. `today` is of `view`.
    double gap(market::View view, market::Slot slot, const market::DaySoFar& today,
               const market::Minutes& minutes) const;

    void save(StateWriter& state) const;
    /// Into as many slots as were added.
    void restore(StateReader& state);

private:
    struct Told {
        market::Shares before = 0;  ///< the day's volume without the bar
        market::Shares after = 0;
        std::int16_t minute = -1;  ///< -1: none
    };
    struct Volumes {
        market::Shares before_first = 0;
        market::Shares newest = 0;
        mutable market::Shares earlier =
            -1;  ///< of all bars before the first one; -1: to be summed
        std::int16_t first_minute = -1;
        std::int16_t newest_minute = -1;

        void take(const Told& told) noexcept;
    };
    struct Slots {
        std::array<Volumes, 2> by_view;
    };

    std::vector<Slots> slots_;
    int shown_ = -1;
    /// Of minutes that are not complete yet, by slot.
    std::array<std::vector<Told>, market::Minutes::most> waiting_;
};

}  // namespace tsflow::day_state
