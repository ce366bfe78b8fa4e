#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tsflow/export.hpp"
#include "tsflow/fwd.hpp"
#include "tsflow/time.hpp"

namespace tsflow {

enum class Level : std::uint8_t { debug, info, warning, error };

/// A number that only grows. Any thread may add.
class Counter {
public:
    void add(std::uint64_t amount = 1) noexcept {
        value_.fetch_add(amount, std::memory_order_relaxed);
    }
    std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// What the host gives a node for the length of its life, from `open()` to the end of `close()`.
/// All methods may be called from any thread unless noted.
class TSFLOW_API Context {
public:
    virtual ~Context();

    /// The node's id in the pipeline file, such as `sinks.bars`, and the pipeline's name.
    virtual std::string_view node() const noexcept = 0;
    virtual std::string_view pipeline() const noexcept = 0;

    /// One line; the host adds time and node. Never once per row: count instead.
    virtual void log(Level level, std::string_view message) = 0;
    /// The counter of this name, made on first use; lives as long as the context.
    virtual Counter& counter(std::string_view name) = 0;

    virtual const Clock& clock() const noexcept = 0;
    /// True once the pipeline is to stop; sources are then no longer polled.
    virtual bool stopping() const noexcept = 0;
    /// Waits by the context's clock; returns early, with false, when the pipeline is to stop.
    virtual bool sleep_for(Duration duration) = 0;

    /// Puts one bad record aside with the reason: counted, and kept in `state_dir/dead_letters`. From
    /// the node's own calls only.
    virtual void reject(const Batch& batch, std::size_t row, std::string_view reason) = 0;
    /// The same for a record that never became a row, as the text it came as.
    virtual void reject(std::string_view raw, std::string_view reason) = 0;
};

}  // namespace tsflow
