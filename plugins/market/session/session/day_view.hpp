#pragma once

#include <vector>

#include "session/minutes.hpp"

namespace tsflow::market {

/// The day so far of every symbol, up to a minute.
class DayView {
public:
    static constexpr int all_minutes = Minutes::most;

    /// `until`: no later minute is shown.
    explicit DayView(int until = all_minutes) : until_(until) {}

    const DaySoFar& operator[](Slot slot) const noexcept { return days_[slot]; }
    std::size_t size() const noexcept { return days_.size(); }
    int until() const noexcept { return until_; }
    /// Asks for the memory of what will soon be looked at.
    void fetch(Slot slot) const noexcept {
        const char* at = reinterpret_cast<const char*>(&days_[slot]);
        __builtin_prefetch(at, 1);
        __builtin_prefetch(at + sizeof(DaySoFar) - 1, 1);
    }
    bool shows(int minute) const noexcept { return minute <= until_; }

    void resize(std::size_t members) {
        make_room(days_, members);
        days_.resize(members);
    }
    void clear(int until) {
        until_ = until;
        days_.assign(days_.size(), DaySoFar{});
    }
    void show_until(int minute) noexcept { until_ = minute; }
    void set(Slot slot, const DaySoFar& day) noexcept { days_[slot] = day; }

    /// Takes in a bar that was put into `minutes`, of a minute that is shown; `old`: what it replaced, or null.
    void take(Slot slot, int minute, const MinuteBar& bar, const MinuteBar* old,
              const Minutes& minutes) noexcept {
        DaySoFar& day = days_[slot];
        if (minute > day.newest_minute) {
            day.append(minute, bar);
        } else if (minute == day.newest_minute && old != nullptr) {
            day.replace_newest(*old, bar);
        } else {
            day = minutes.so_far(slot, until_);
        }
    }

private:
    std::vector<DaySoFar> days_;
    int until_;
};

}  // namespace tsflow::market
