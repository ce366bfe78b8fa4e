#include "runtime/tick_schedule.hpp"

#include <algorithm>

namespace tsflow {

void TickSchedule::add(RunningTransform& node, Time now) {
    if (const auto every = node.tick_every()) {
        const Millis at_least{std::max<Millis>(*every, Millis{1})};
        entries_.push_back({&node, at_least, now + at_least});
        find_next();
    }
}

void TickSchedule::tick(Time now) {
    if (!next_ || now < *next_) {
        return;
    }
    for (Entry& entry : entries_) {
        if (now >= entry.due) {
            entry.node->tick();
            entry.due = now + entry.every;
        }
    }
    find_next();
}

void TickSchedule::find_next() noexcept {
    next_.reset();
    for (const Entry& entry : entries_) {
        next_ = std::min(next_.value_or(entry.due), entry.due);
    }
}

}  // namespace tsflow
