#pragma once

#include <algorithm>
#include <chrono>
#include <random>

#include "tsflow/time.hpp"

namespace tsflow::massive {

/// How long to wait before the next attempt to connect: exponential with full jitter, that is evenly
/// spread from 0 to the bound, so that many clients do not return in step. Source: M. Brooker,
/// "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
class Backoff {
public:
    static constexpr Duration first = std::chrono::milliseconds{500};
    static constexpr Duration longest = std::chrono::seconds{60};

    explicit Backoff(std::uint64_t seed) : random_(seed) {}

    Duration next() {
        const Duration bound =
            std::min(longest, first * (std::int64_t{1} << std::min(attempts_, 7)));
        ++attempts_;
        return Duration{std::uniform_int_distribution<std::int64_t>{0, bound.count()}(random_)};
    }
    /// The connection has proven itself.
    void reset() { attempts_ = 0; }

private:
    std::mt19937_64 random_;
    int attempts_ = 0;
};

}  // namespace tsflow::massive
