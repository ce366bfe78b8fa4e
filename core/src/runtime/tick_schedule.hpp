#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "runtime/running_transform.hpp"

namespace tsflow {

/// Calls the transforms of one stage that asked to be called by the clock. The stage's thread only.
class TickSchedule {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// After the node was opened; nothing when it does not want to be called.
    void add(RunningTransform& node, Time now);
    /// Calls those whose time has come.
    void tick(Time now);
    /// When the next one is due; nothing when there is none.
    std::optional<Time> next() const noexcept { return next_; }

private:
    struct Entry {
        RunningTransform* node;
        Millis every;
        Time due;
    };
    void find_next() noexcept;

    std::vector<Entry> entries_;
    std::optional<Time> next_;
};

}  // namespace tsflow
