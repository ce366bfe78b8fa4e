#include <fmt/format.h>

#include "cli/summary.hpp"
#include "runtime/metrics_json.hpp"

namespace tsflow::cli {
namespace {

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::done:
            return "done";
        case Outcome::failed:
            return "failed";
        case Outcome::timed_out:
            return "timed_out";
    }
    return "failed";
}

std::string staying_json(const StayingLetters& staying) {
    return fmt::format(R"({{"node":{},"dead_letters":{},"why":{}}})", json_string(staying.node),
                       staying.count, json_string(staying.why));
}

}  // namespace

std::string summary_json(const RunResult& result) {
    const std::string replay = result.replayed
                                   ? fmt::format(R"("replayed":{},"staying":{},)", *result.replayed,
                                                 json_array(result.staying, staying_json))
                                   : "";
    const PipelineMetrics& metrics = result.metrics;
    return fmt::format(
        R"({{"event":"summary","outcome":"{}","elapsed_s":{:.3f},"checkpoints":{},)"
        R"("last_checkpoint":{},"failures":{},{}"nodes":{},"edges":{}}})"
        "\n",
        to_string(result.outcome), std::chrono::duration<double>(metrics.elapsed).count(),
        metrics.checkpoints, metrics.last_checkpoint,
        json_array(result.failures, [](const std::string& text) { return json_string(text); }),
        replay,
        json_array(metrics.nodes,
                   [](const NodeMetrics& node) { return "{" + json_fields(node) + "}"; }),
        json_array(metrics.edges,
                   [](const EdgeMetrics& edge) { return "{" + json_fields(edge) + "}"; }));
}

}  // namespace tsflow::cli
