#pragma once

#include <algorithm>
#include <chrono>

#include "tsflow/time.hpp"

namespace tsflow::timescale {

/// How long rows wait for more of them before they make a transaction. What comes in while one is
/// written makes the next anyhow; this is for when little comes in. The slower the server commits, the
/// longer rows gather, so that at most about a fifth of its time goes to small transactions.
class WriterPace {
public:
    /// `most`: how long a row waits at the most.
    explicit WriterPace(Duration most) noexcept : most_(most) {}

    Duration linger() const noexcept { return std::min(most_, 4 * commit_); }
    void committed(Duration took) noexcept {
        commit_ = commit_ == Duration{} ? took : commit_ + (took - commit_) / 4;
    }

private:
    Duration most_;
    Duration commit_{};  // smoothed
};

}  // namespace tsflow::timescale
