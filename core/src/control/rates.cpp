#include "control/rates.hpp"

#include <algorithm>
#include <chrono>

namespace tsflow::control {
namespace {

constexpr std::chrono::milliseconds window{1000};

}  // namespace

void RateMeter::sample(const PipelineMetrics& metrics) {
    samples_.push_back(metrics);
    // The oldest that is still a window away stays.
    while (samples_.size() > 2 && metrics.elapsed - samples_[1].elapsed >= window) {
        samples_.pop_front();
    }
}

Rates RateMeter::rates() const {
    Rates rates;
    if (samples_.size() < 2) {
        return rates;
    }
    const PipelineMetrics& from = samples_.front();
    const PipelineMetrics& to = samples_.back();
    const double total = std::chrono::duration<double>(to.elapsed).count();
    const double before = std::chrono::duration<double>(from.elapsed).count();
    const double seconds = std::max(total - before, 1e-9);
    const auto per_second = [&](std::uint64_t now, std::uint64_t then) {
        return static_cast<double>(now - then) / seconds;
    };
    for (std::size_t i = 0; i < to.nodes.size(); ++i) {
        const NodeMetrics& now = to.nodes[i];
        const NodeMetrics& then = from.nodes[i];
        rates.nodes.push_back(
            {per_second(now.rows_in, then.rows_in), per_second(now.rows_out, then.rows_out),
             std::clamp((now.busy * total - then.busy * before) / seconds, 0.0, 1.0)});
    }
    for (std::size_t i = 0; i < to.edges.size(); ++i) {
        rates.edges.push_back(per_second(to.edges[i].rows, from.edges[i].rows));
    }
    return rates;
}

}  // namespace tsflow::control
