#include "control/status.hpp"

#include <fmt/format.h>

#include "runtime/figures.hpp"
#include "runtime/metrics_json.hpp"
#include "runtime/plan_text.hpp"

namespace tsflow::control {
namespace {

std::string node_json(const Plan& plan, std::size_t index, const Snapshot& run) {
    const PlannedNode& planned = plan.nodes[index];
    if (index >= run.metrics.nodes.size()) {
        return fmt::format(R"({{"node":{},"type":{},"kind":"{}","stage":{}}})",
                           json_string(planned.spec.path), json_string(planned.spec.type),
                           to_string(planned.spec.kind), planned.stage);
    }
    const NodeMetrics& node = run.metrics.nodes[index];
    std::string text = fmt::format(R"({{{},"kind":"{}","stage":{})", json_fields(node),
                                   to_string(node.kind), planned.stage);
    if (index < run.rates.nodes.size()) {
        const NodeRate& rate = run.rates.nodes[index];
        text += fmt::format(R"(,"rows_in_per_s":{:.1f},"rows_out_per_s":{:.1f},"busy_now":{:.4f})",
                            rate.rows_in, rate.rows_out, rate.busy);
    }
    if (node.watermark) {
        text += fmt::format(R"(,"lag_s":{:.3f})", seconds(run.now - *node.watermark));
    }
    if (node.progress) {
        text += fmt::format(R"(,"progress":{:.4f})", static_cast<double>(node.progress->done) /
                                                         static_cast<double>(node.progress->total));
    }
    return text + "}";
}

/// The queues' figures come in the order of the plan's queued edges.
std::string edges_json(const Plan& plan, const Snapshot& run) {
    std::string text;
    std::size_t queue = 0;
    for (const PlannedEdge& edge : edges_of(plan)) {
        const PlannedNode& from = plan.nodes[edge.from];
        text += text.empty() ? "{" : ",{";
        const bool has_figures = edge.to.queued && queue < run.metrics.edges.size();
        if (has_figures) {
            const EdgeMetrics& figures = run.metrics.edges[queue];
            text +=
                fmt::format(R"({},"queued":true,"depth":{},"capacity":{},"bytes":{})",
                            json_fields(figures), figures.depth, figures.capacity, figures.bytes);
            if (queue < run.rates.edges.size()) {
                text += fmt::format(R"(,"rows_per_s":{:.1f})", run.rates.edges[queue]);
            }
        } else {
            text += fmt::format(R"("from":{},"to":{},"queued":{})",
                                json_string(from.spec.path + "." + from.outputs[edge.port].name),
                                json_string(plan.nodes[edge.to.node].spec.path), edge.to.queued);
        }
        queue += edge.to.queued ? 1 : 0;
        text += '}';
    }
    return text;
}

}  // namespace

std::string_view to_string(State state) noexcept {
    switch (state) {
        case State::starting:
            return "starting";
        case State::running:
            return "running";
        case State::stopping:
            return "stopping";
        case State::ended:
            return "ended";
    }
    return "ended";
}

std::string status_json(const Plan& plan, std::string_view version, const Snapshot& run) {
    std::string nodes;
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
        nodes += (nodes.empty() ? "" : ",") + node_json(plan, i, run);
    }
    std::string checkpoint = "null";
    if (run.metrics.last_checkpoint > 0) {
        checkpoint =
            fmt::format(R"({{"id":{},"stored":{},"at":{}}})", run.metrics.last_checkpoint,
                        run.metrics.checkpoints,
                        run.metrics.last_checkpoint_at
                            ? json_string(format_timestamp(*run.metrics.last_checkpoint_at))
                            : "null");
    }
    return fmt::format(
        R"({{"pipeline":{},"file":{},"version":{},"fingerprint":{},"state":"{}","now":"{}",)"
        R"("uptime_s":{:.3f},"checkpoint":{},"nodes":[{}],"edges":[{}]}})"
        "\n",
        json_string(plan.pipeline.name), json_string(plan.pipeline.file.string()),
        json_string(version), json_string(plan.fingerprint), to_string(run.state),
        format_timestamp(run.now), seconds(run.metrics.elapsed), checkpoint, nodes,
        edges_json(plan, run));
}

DrawnFigures drawn_figures(const Plan& plan, const Snapshot& run) {
    DrawnFigures figures;
    for (std::size_t i = 0; i < run.metrics.nodes.size(); ++i) {
        const NodeMetrics& node = run.metrics.nodes[i];
        if (node.failed) {
            figures.nodes.emplace_back("failed");
        } else if (i < run.rates.nodes.size()) {
            const NodeRate& rate = run.rates.nodes[i];
            figures.nodes.push_back(
                fmt::format("{} rows/s, {:.0f} % busy",
                            rounded(node.kind == NodeKind::sink ? rate.rows_in : rate.rows_out),
                            rate.busy * 100));
        }
    }
    std::size_t queue = 0;
    for (const PlannedEdge& edge : edges_of(plan)) {
        std::string text;
        if (edge.to.queued && queue < run.metrics.edges.size()) {
            const EdgeMetrics& metrics = run.metrics.edges[queue];
            text = fmt::format("{}/{}", metrics.depth, metrics.capacity);
        }
        queue += edge.to.queued ? 1 : 0;
        figures.edges.push_back(std::move(text));
    }
    return figures;
}

}  // namespace tsflow::control
