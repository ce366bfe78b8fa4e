#pragma once

#include <chrono>

#include "tsflow/time.hpp"

namespace tsflow {

/// The clock of real runs.
class SystemClock final : public Clock {
public:
    Timestamp now() const noexcept override {
        return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    }
};

}  // namespace tsflow
