#include <fmt/format.h>

#include "cli/summary.hpp"
#include "tsflow/text.hpp"

namespace tsflow::cli {
namespace {

std::string json_string(std::string_view text) {
    std::string out;
    append_json_text(out, text);
    return out;
}

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

std::string node_json(const NodeMetrics& node) {
    std::string text = fmt::format(
        R"({{"node":{},"type":{},"rows_in":{},"rows_out":{},"batches_in":{},"batches_out":{},)"
        R"("bytes_in":{},"bytes_out":{},"busy":{:.4f},"retries":{},"dead_letters":{},)"
        R"("dead_letters_waiting":{},"failed":{})",
        json_string(node.path), json_string(node.type), node.rows_in, node.rows_out,
        node.batches_in, node.batches_out, node.bytes_in, node.bytes_out, node.busy, node.retries,
        node.dead_letters, node.letters_waiting, node.failed);
    if (node.latency.count > 0) {
        text += fmt::format(R"(,"latency_p50_ns":{},"latency_p99_ns":{})",
                            node.latency.quantile(0.5), node.latency.quantile(0.99));
    }
    if (node.watermark) {
        text += fmt::format(R"(,"watermark":"{}")", format_timestamp(*node.watermark));
    }
    for (const auto& [name, value] : node.counters) {
        text += fmt::format(",{}:{}", json_string("counter." + name), value);
    }
    for (const auto& [name, value] : node.gauges) {
        text += fmt::format(",{}:{}", json_string("gauge." + name), value);
    }
    return text + "}";
}

std::string edge_json(const EdgeMetrics& edge) {
    std::string text = fmt::format(
        R"({{"from":{},"to":{},"rows":{},"dropped_rows":{},"blocked":{:.4f})",
        json_string(edge.from), json_string(edge.to), edge.rows, edge.dropped_rows, edge.blocked);
    if (edge.spilled_rows > 0) {
        text += fmt::format(
            R"(,"spilled_rows":{},"spilled_bytes":{},"disk_bytes":{},"spill_refused":{})",
            edge.spilled_rows, edge.spilled_bytes, edge.disk_bytes, edge.refused);
    }
    return text + "}";
}

std::string staying_json(const StayingLetters& staying) {
    return fmt::format(R"({{"node":{},"dead_letters":{},"why":{}}})", json_string(staying.node),
                       staying.count, json_string(staying.why));
}

template <class Item, class Render>
std::string array(const std::vector<Item>& items, Render render) {
    std::string text;
    for (const Item& item : items) {
        text += (text.empty() ? "" : ",") + render(item);
    }
    return "[" + text + "]";
}

}  // namespace

std::string summary_json(const RunResult& result) {
    const std::string replay = result.replayed
                                   ? fmt::format(R"("replayed":{},"staying":{},)", *result.replayed,
                                                 array(result.staying, staying_json))
                                   : "";
    const PipelineMetrics& metrics = result.metrics;
    return fmt::format(
        R"({{"event":"summary","outcome":"{}","elapsed_s":{:.3f},"checkpoints":{},)"
        R"("last_checkpoint":{},"failures":{},{}"nodes":{},"edges":{}}})"
        "\n",
        to_string(result.outcome), std::chrono::duration<double>(metrics.elapsed).count(),
        metrics.checkpoints, metrics.last_checkpoint,
        array(result.failures, [](const std::string& text) { return json_string(text); }), replay,
        array(metrics.nodes, node_json), array(metrics.edges, edge_json));
}

}  // namespace tsflow::cli
