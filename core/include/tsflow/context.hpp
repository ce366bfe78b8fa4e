#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
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

/// A number that goes up and down: of open connections, of rows held back. Any thread may set it.
class Gauge {
public:
    void set(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
    std::int64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> value_{0};
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
    /// The gauge of this name; as for counters.
    virtual Gauge& gauge(std::string_view name) = 0;

    virtual const Clock& clock() const noexcept = 0;
    /// True once the pipeline is to stop; sources are then no longer polled.
    virtual bool stopping() const noexcept = 0;
    /// Waits by the context's clock; returns early, with false, when the pipeline is to stop.
    virtual bool sleep_for(Duration duration) = 0;
    /// Grows by one each time the user asks for a reload (SIGHUP to `tsflow run`). A node that holds what
    /// changes outside of it compares the number with the one that it saw last, between two pieces of
    /// work, and reads that anew; all others ignore it.
    virtual std::uint64_t reloads() const noexcept = 0;
    /// The figures of the whole run, as `/status.json` of the control plane answers (docs/monitoring.md);
    /// empty where there is no run to tell of. Takes about a microsecond a node: for pages that people
    /// look at.
    virtual std::string status() const;

    /// A folder of the node's own inside the pipeline's `state_dir`, made when first asked for; empty when
    /// the pipeline keeps no state. What lies there is found again by the next run, also after a crash
    /// as far as the node has synced it, and no other run uses it meanwhile. The host never reads,
    /// removes or rolls back anything there: unlike snapshots and positions it is no part of a
    /// checkpoint, so the node must cope with files that are older or newer than what it is resumed
    /// from. In probe() nothing is made: the path is empty unless the folder exists. Throws Error when
    /// it cannot be made.
    virtual std::filesystem::path state_dir() = 0;

    /// Puts one bad record aside with the reason: counted, and kept in `state_dir/dead_letters`. From
    /// the node's own calls only.
    virtual void reject(const Batch& batch, std::size_t row, std::string_view reason) = 0;
    /// The same for a record that never became a row, as the text it came as.
    virtual void reject(std::string_view raw, std::string_view reason) = 0;
};

}  // namespace tsflow
