#pragma once

#include <deque>
#include <string>
#include <vector>

#include "runtime/metrics.hpp"

namespace tsflow::control {

/// Rows a second of one node or queue, over about the last second.
struct NodeRate {
    double rows_in = 0, rows_out = 0;
    double busy = 0;  ///< share of the time, 0 to 1
};
struct Rates {
    std::vector<NodeRate> nodes;  ///< as in the metrics; or empty before the second sample
    std::vector<double> edges;    ///< rows
};

/// Remembers the last samples of a run's figures. Not thread-safe.
class RateMeter {
public:
    void sample(const PipelineMetrics& metrics);
    Rates rates() const;

private:
    std::deque<PipelineMetrics> samples_;
};

}  // namespace tsflow::control
