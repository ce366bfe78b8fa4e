#pragma once

#include <optional>

#include "indicators/day_bar.hpp"
#include "tsflow/state.hpp"
#include "tsflow/time.hpp"

namespace tsflow::market {

/// The Monday of a session's exchange week, which runs from Monday to Friday.
Date week_of(Date session) noexcept;

/// One exchange week of one symbol: open of its first session, close of its last one, extremes and the
/// volume of all.
struct WeekBar {
    Date monday{};
    DayBar bar;
};

/// Groups the committed sessions of one symbol into weeks. A week without a session is absent, not zero.
class Weeks {
public:
    /// Takes a committed session; dates ascend. Returns the week before, when this session begins another
    /// and that was not taken by `close`.
    std::optional<WeekBar> commit(Date session, const DayBar& bar);
    /// The week so far, for who knows from the calendar that its last session is committed.
    std::optional<WeekBar> close();

    /// The week so far.
    const std::optional<WeekBar>& open_week() const noexcept { return week_; }
    /// The week that is running, with the session that is running in it.
    WeekBar live(Date session, const DayBar& bar) const noexcept;

    void apply_split(double ratio) noexcept;
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    std::optional<WeekBar> week_;
};

}  // namespace tsflow::market
