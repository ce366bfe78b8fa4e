#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "tsflow/batch.hpp"

namespace tsflow {

/// A look at what leaves one output port, for one who may be slower than the pipeline: at most so many
/// batches wait here, and rows that find no room are counted and left out. Any thread.
class Tap {
public:
    explicit Tap(std::size_t most_batches) : most_batches_(most_batches) {}

    /// Never waits for the reader.
    void offer(const Batch& batch);
    /// What has come since the last call.
    std::vector<Batch> take();
    /// Rows left out so far.
    std::uint64_t missed() const noexcept { return missed_.load(std::memory_order_relaxed); }

private:
    const std::size_t most_batches_;
    std::mutex mutex_;
    std::vector<Batch> batches_;
    std::atomic<std::uint64_t> missed_{0};
};

/// The taps of one port. Costs one read of a flag a batch while there is none.
class TapPoint {
public:
    /// The stage's thread.
    void offer(const Batch& batch) {
        if (tapped_.load(std::memory_order_relaxed)) {
            offer_to_all(batch);
        }
    }
    /// Any thread.
    void add(std::shared_ptr<Tap> tap);
    void remove(const Tap& tap);

private:
    void offer_to_all(const Batch& batch);

    std::atomic<bool> tapped_{false};
    std::mutex mutex_;
    std::vector<std::shared_ptr<Tap>> taps_;
};

}  // namespace tsflow
