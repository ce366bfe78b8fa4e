#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "runtime/run.hpp"
#include "tsflow/time.hpp"

namespace tsflow {

/// The flags of a run and the bell that wakes its sleepers and its host.
struct RunControl::State {
public:
    bool stopping() const noexcept { return stop_.load(std::memory_order_relaxed); }
    bool aborted() const noexcept { return abort_.load(std::memory_order_relaxed); }
    std::uint64_t reloads() const noexcept { return reloads_.load(std::memory_order_relaxed); }
    void reload() noexcept { reloads_.fetch_add(1, std::memory_order_relaxed); }
    void stop();
    void abort();
    /// Wakes the host up to look for changes; any thread.
    void ring();

    /// For nodes: false when the run is to stop before the time is over.
    bool sleep_for(Duration duration);
    /// For retries, which go on during a drain: false when the run is aborted before the time is over.
    bool sleep_unless_aborted(Duration duration);
    /// For the host: until the next ring, or the time is over.
    void wait_for_ring(Duration duration);

private:
    std::atomic<bool> stop_{false};
    std::atomic<bool> abort_{false};
    std::atomic<std::uint64_t> reloads_{0};
    std::mutex mutex_;
    std::condition_variable bell_;
    bool rung_ = false;
};

}  // namespace tsflow
