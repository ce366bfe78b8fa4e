// Daily bars that come when their session is over.

#include <algorithm>

#include "session/session_node.hpp"
#include "tsflow/context.hpp"

namespace tsflow::market {

bool SessionNode::is_over(Date date) const {
    return (last_day_ && date <= *last_day_) || (open_ && date < open_->day.date);
}

/// Whether the bar says something new of a session that can be played again, which is to come then.
bool SessionNode::take_back(Date date, Slot slot, const DayBar& bar) {
    if (!past_.reaches(date)) {
        counters_.too_late->add();
        return false;
    }
    if (const DayBar* known = past_.find(date, slot); known != nullptr && *known == bar) {
        counters_.repeated->add();
        return false;
    }
    counters_.corrected->add();
    go_back(date);
    return true;
}

void SessionNode::go_back(Date date) {
    // An open day is of daily bars alone: none of it was shown, and its bars still wait.
    open_.reset();
    const PastDays::Base& base = past_.go_back(date, daily_);
    forget();
    StateReader state{base.state};
    load_closes(state);
    load(state);
    last_day_ = base.day;
    quiet_before_ = std::min(date, quiet_before_.value_or(date));
}

std::string SessionNode::committed_state() const {
    StateWriter state;
    save_closes(state);
    save(state);
    return state.bytes();
}

std::vector<Slot> SessionNode::told_before_but_not(const std::vector<Slot>& slots) {
    if (!past_.keeps()) {
        return {};
    }
    std::vector<Slot>& told = past_.told_of(open_->day.date);
    std::vector<Slot> gone;
    for (const Slot slot : told) {
        if (std::find(slots.begin(), slots.end(), slot) == slots.end()) {
            gone.push_back(slot);
        }
    }
    told = slots;
    told.insert(told.end(), gone.begin(), gone.end());
    return gone;
}

}  // namespace tsflow::market
