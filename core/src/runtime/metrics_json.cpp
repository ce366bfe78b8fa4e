#include "runtime/metrics_json.hpp"

#include <fmt/format.h>

#include "tsflow/text.hpp"

namespace tsflow {

std::string json_string(std::string_view text) {
    std::string out;
    append_json_text(out, text);
    return out;
}

std::string json_fields(const NodeMetrics& node) {
    std::string text = fmt::format(
        R"("node":{},"type":{},"rows_in":{},"rows_out":{},"batches_in":{},"batches_out":{},)"
        R"("bytes_in":{},"bytes_out":{},"busy":{:.4f},"retries":{},"dead_letters":{},)"
        R"("dead_letters_waiting":{},"failed":{})",
        json_string(node.path), json_string(node.type), node.rows_in, node.rows_out,
        node.batches_in, node.batches_out, node.bytes_in, node.bytes_out, node.busy, node.retries,
        node.dead_letters, node.letters_waiting, node.failed);
    if (node.latency.count > 0) {
        text += fmt::format(R"(,"latency_p50_ns":{},"latency_p99_ns":{})",
                            node.latency.quantile(0.5), node.latency.quantile(0.99));
    }
    if (node.commit.count > 0) {
        text += fmt::format(R"(,"commit_p50_ns":{},"commit_p99_ns":{})", node.commit.quantile(0.5),
                            node.commit.quantile(0.99));
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
    return text;
}

std::string json_fields(const EdgeMetrics& edge) {
    std::string text = fmt::format(
        R"("from":{},"to":{},"rows":{},"dropped_rows":{},"blocked":{:.4f})", json_string(edge.from),
        json_string(edge.to), edge.rows, edge.dropped_rows, edge.blocked);
    if (edge.spilled_rows > 0) {
        text += fmt::format(
            R"(,"spilled_rows":{},"spilled_bytes":{},"disk_bytes":{},"spill_refused":{})",
            edge.spilled_rows, edge.spilled_bytes, edge.disk_bytes, edge.refused);
    }
    return text;
}

}  // namespace tsflow
