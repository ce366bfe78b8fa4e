#pragma once

#include <cstdint>
#include <random>

#include "config/pipeline_spec.hpp"

namespace tsflow {

/// The delays between the tries of one operation: exponential growth with full jitter, that is, each
/// delay is drawn evenly from zero to the limit, so that many clients do not come back in step
/// (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
class Backoff {
public:
    explicit Backoff(const RetrySpec& spec) noexcept : spec_(spec) {}

    /// Called after a failed try. False when no further try is allowed.
    bool again() noexcept {
        ++tries_;
        return spec_.attempts == 0 || tries_ < spec_.attempts;
    }
    /// How long to wait before the next try.
    template <class Random>
    Duration delay(Random& random) const {
        std::int64_t limit = spec_.initial.count();
        for (std::uint64_t i = 1; i < tries_ && limit < spec_.max.count(); ++i) {
            limit = limit > spec_.max.count() / 2 ? spec_.max.count() : limit * 2;
        }
        return Duration{std::uniform_int_distribution<std::int64_t>{0, limit}(random)};
    }
    std::uint64_t tries() const noexcept { return tries_; }

private:
    RetrySpec spec_;
    std::uint64_t tries_ = 0;
};

}  // namespace tsflow
