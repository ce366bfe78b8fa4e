#pragma once

#include <string>
#include <string_view>

#include "runtime/metrics.hpp"

namespace tsflow::control {

/// What a scrape holds beside the figures of nodes and edges.
struct ScrapeFacts {
    std::string_view pipeline, version, fingerprint;
    bool up = false;  ///< between start and end of the run
    Timestamp now{};
};

enum class Exposition {
    prometheus,  ///< text format 0.0.4, `text/plain`
    open_metrics,
};

/// All figures in a text format that Prometheus reads; docs/metrics.md lists names and units, which
/// are stable. Times are in seconds. Histograms have a bucket for each power of two nanoseconds from 1 µs.
std::string expose(const PipelineMetrics& metrics, const ScrapeFacts& facts, Exposition form);

}  // namespace tsflow::control
