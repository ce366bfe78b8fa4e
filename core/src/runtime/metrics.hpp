#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tsflow/node.hpp"
#include "tsflow/plugin.hpp"
#include "tsflow/time.hpp"

namespace tsflow {

/// Counts of latencies in power-of-two buckets of nanoseconds: bucket i holds [2^i, 2^(i+1)).
struct LatencyHistogram {
    static constexpr std::size_t size = 48;
    std::array<std::uint64_t, size> buckets{};
    std::uint64_t count = 0;
    Duration total{};  ///< of all
    /// The upper bound of the bucket that holds quantile `q` (0 to 1), in ns; 0 when empty.
    std::uint64_t quantile(double q) const noexcept;
};

/// Figures of one node at one moment. Rows, batches and bytes are totals since the start of the run.
struct NodeMetrics {
    std::string path;  ///< `sinks.bars`
    std::string type;
    NodeKind kind = NodeKind::source;
    std::uint64_t rows_in = 0, batches_in = 0, bytes_in = 0;
    std::uint64_t rows_out = 0, batches_out = 0, bytes_out = 0;
    std::uint64_t retries = 0;
    std::uint64_t dead_letters = 0;     ///< put aside
    std::uint64_t letters_waiting = 0;  ///< kept, with those of earlier runs
    double busy = 0;  ///< share of the run's time spent inside the node's own calls, 0 to 1
    std::optional<Timestamp> watermark;
    std::optional<Progress> progress;  ///< of sources that know their size
    /// Of nodes that begin a stage: from a source's emit of a batch until the stage's thread is done with
    /// it, at a sink to the end of write().
    LatencyHistogram latency;
    /// Of sinks, once a commit: from a source's emit of the oldest batch in it to its end.
    LatencyHistogram commit;
    std::vector<std::pair<std::string, std::uint64_t>> counters;  ///< the node's own
    std::vector<std::pair<std::string, std::int64_t>> gauges;
    bool failed = false;
};

/// Figures of one queue edge.
struct EdgeMetrics {
    std::string from;                     ///< `sources.feed.minute`
    std::string to;                       ///< `sinks.bars`
    std::size_t depth = 0, capacity = 0;  ///< batches
    std::uint64_t bytes = 0;              ///< waiting now
    std::uint64_t rows = 0;               ///< passed since the start
    std::uint64_t dropped_rows = 0;       ///< by drop_* or conflate
    double blocked = 0;                   ///< share of the run's time producers waited here
    std::uint64_t spilled_rows = 0, spilled_bytes = 0;  ///< that went over the disk
    std::uint64_t disk_bytes = 0;                       ///< on disk now
    std::uint64_t refused = 0;  ///< how often the disk did not take what was to go there
};

struct PipelineMetrics {
    Duration elapsed{};
    std::uint64_t checkpoints = 0;                ///< committed in this run
    std::uint64_t last_checkpoint = 0;            ///< id; 0: none
    std::optional<Timestamp> last_checkpoint_at;  ///< of those of this run
    std::vector<NodeMetrics> nodes;               ///< in plan order
    std::vector<EdgeMetrics> edges;
};

}  // namespace tsflow
