#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "tsflow/context.hpp"

namespace tsflow::http {

/// How long changes wait until they are handed to clients: for each push the time since the oldest change in
/// it was written. The gauges `push_delay_p50_ns` and `push_delay_p99_ns` are over the last pushes.
class PushDelays {
public:
    explicit PushDelays(Context& context)
        : p50_(context.gauge("push_delay_p50_ns")), p99_(context.gauge("push_delay_p99_ns")) {}

    /// The pipeline's thread: something is there to be pushed.
    void written() noexcept;
    /// The server's thread.
    void pushed();

private:
    static constexpr std::size_t kept = 256;
    std::atomic<std::int64_t> oldest_{0};      // steady clock, ns; 0: nothing waits
    std::array<std::int64_t, kept> delays_{};  // ns, a ring
    std::size_t count_ = 0;
    Gauge& p50_;
    Gauge& p99_;
};

}  // namespace tsflow::http
