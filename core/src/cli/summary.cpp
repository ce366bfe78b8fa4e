#include "cli/summary.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "cli/aligned.hpp"
#include "runtime/figures.hpp"

namespace tsflow::cli {
namespace {

std::vector<std::string> cells(const NodeMetrics& node, double seconds) {
    const std::uint64_t rows = std::max(node.rows_in, node.rows_out);
    const bool sink = node.kind == NodeKind::sink;
    const bool source = node.kind == NodeKind::source;
    return {node.path + (node.failed ? " (failed)" : ""),
            node.type,
            source ? "" : grouped(node.rows_in),
            sink ? "" : grouped(node.rows_out),
            seconds > 0 ? rounded(static_cast<double>(rows) / seconds) : "",
            fmt::format("{:.0f} %", node.busy * 100),
            grouped(node.retries),
            grouped(node.dead_letters),
            node.latency.count > 0 ? fmt::format("{} / {}", short_time(node.latency.quantile(0.5)),
                                                 short_time(node.latency.quantile(0.99)))
                                   : ""};
}

std::string letters(std::uint64_t count) {
    return fmt::format("{} dead letter{}", grouped(count), count == 1 ? "" : "s");
}

void append_letters(std::string& text, const RunResult& result) {
    for (const NodeMetrics& node : result.metrics.nodes) {
        if (node.letters_waiting > 0) {
            text +=
                fmt::format("{}: {}, {} of this run; `tsflow dlq` shows and replays them\n",
                            node.path, letters(node.letters_waiting), grouped(node.dead_letters));
        }
    }
    if (result.replayed) {
        text += fmt::format("{} replayed\n", letters(*result.replayed));
    }
    for (const StayingLetters& staying : result.staying) {
        text += fmt::format("{}: {} stay: {}\n", staying.node, letters(staying.count), staying.why);
    }
}

}  // namespace

std::string summary_text(const RunResult& result) {
    const double seconds = std::chrono::duration<double>(result.metrics.elapsed).count();
    std::vector<std::vector<std::string>> rows{{"node", "type", "rows in", "rows out", "rows/s",
                                                "busy", "retries", "put aside",
                                                "latency p50 / p99"}};
    for (const NodeMetrics& node : result.metrics.nodes) {
        rows.push_back(cells(node, seconds));
    }
    constexpr std::size_t texts = 2;
    std::string text = aligned(rows, texts);
    for (const NodeMetrics& node : result.metrics.nodes) {
        for (const auto& [name, value] : node.counters) {
            if (value > 0) {
                text += fmt::format("{}: {} {}\n", node.path, name, grouped(value));
            }
        }
        for (const auto& [name, value] : node.gauges) {
            if (value != 0) {
                text += fmt::format("{}: {} {}\n", node.path, name, value);
            }
        }
    }
    append_letters(text, result);
    for (const EdgeMetrics& edge : result.metrics.edges) {
        if (edge.dropped_rows > 0) {
            text += fmt::format("{} → {}: {} of {} rows dropped because the queue was full\n",
                                edge.from, edge.to, grouped(edge.dropped_rows), grouped(edge.rows));
        }
        if (edge.spilled_rows > 0) {
            text += fmt::format("{} → {}: {} rows went over the disk because the queue was full\n",
                                edge.from, edge.to, grouped(edge.spilled_rows));
        }
        constexpr double worth_telling = 0.05;
        if (edge.blocked > worth_telling) {
            text += fmt::format("{} → {}: waited {:.0f} % of the time because the queue was full\n",
                                edge.from, edge.to, edge.blocked * 100);
        }
    }
    text +=
        fmt::format("{} in {:.1f} s", result.outcome == Outcome::done ? "done" : "ended", seconds);
    if (result.metrics.last_checkpoint > 0) {
        text += fmt::format(", last checkpoint {}", result.metrics.last_checkpoint);
    }
    return text + '\n';
}

}  // namespace tsflow::cli
