#pragma once

#include <cstdint>
#include <deque>
#include <random>

#include "tsflow/time.hpp"

namespace tsflow::massive {

/// When the service may be asked next: the limit of requests per minute, and pauses after failures.
class RequestPace {
public:
    /// `requests_per_minute` 0: no limit. `seed` is for the back-off.
    RequestPace(std::uint64_t requests_per_minute, std::uint32_t seed)
        : requests_per_minute_(requests_per_minute), random_(seed) {}

    Timestamp earliest() const;
    void sent(Timestamp now);
    void succeeded() noexcept { failures_ = 0; }
    /// Also when the failure was of one order: several in a row are the service's.
    void failed(Timestamp now);
    void pause_until(Timestamp time);
    /// Failures in a row, of whatever orders.
    unsigned failures() const noexcept { return failures_; }

    /// How long to wait after so many failures in a row: exponential with full jitter, so that many
    /// clients do not come back in step.
    Duration back_off(unsigned failures);

private:
    std::uint64_t requests_per_minute_;
    std::mt19937 random_;
    std::deque<Timestamp> sent_;  ///< the last requests, no more than are allowed in a minute
    Timestamp paused_until_ = Timestamp::min();
    unsigned failures_ = 0;
};

}  // namespace tsflow::massive
