#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "session/daily_bars.hpp"

namespace tsflow::market {

/// Sessions that were committed of daily bars alone, kept so that a daily bar which comes late, or again and
/// different, still changes what followed:
///
///        base              base              newest session
///     ────┼─────────────────┼───────────────────┼────▶
///         └ what was        └ so many sessions  └ of each session since the older base: its bars,
///           committed         later               and what went out of it
///
/// A late bar takes the node back to the newest base before its day; the sessions since wait again, with the bar.
class PastDays {
public:
    struct Base {
        std::optional<Date> day;  ///< the last one in it
        std::string state;
    };

    /// `sessions`: at least so far back a bar can still be taken in; with 0 nothing is kept.
    explicit PastDays(std::size_t sessions = 0) : sessions_(sessions) {}

    bool keeps() const noexcept { return sessions_ > 0; }
    /// Whether a late bar of that day can be taken in.
    bool reaches(Date date) const noexcept;
    /// What a session was committed with; null for none.
    const DayBar* find(Date date, Slot slot) const noexcept;

    /// Whether enough sessions were kept since the last base, or there is none.
    bool wants_base() const noexcept;
    void add_base(Base base);
    /// A session that is now committed; `rows` by slot. `times_told`: how often rows of it went out in all.
    void keep(Date date, std::vector<DailyBars::Row> rows, int times_told);
    int times_told(Date date) const noexcept;
    /// What a node told of once in that session, for when it is played again.
    std::vector<Slot>& told_of(Date date) { return days_[date].told_of; }

    /// Hands the bars of all sessions behind the newest base before `date` to `waiting`. The base stays.
    const Base& go_back(Date date, DailyBars& waiting);

    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    struct Day {
        std::vector<DailyBars::Row> rows;
        std::vector<Slot> told_of;
        int times_told = 0;
    };

    std::size_t sessions_;
    std::deque<Base> bases_;  // the oldest first; at most two
    std::map<Date, Day> days_;
    std::size_t since_base_ = 0;  // sessions
};

}  // namespace tsflow::market
