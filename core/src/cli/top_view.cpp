#include "cli/top_view.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "cli/aligned.hpp"
#include "runtime/figures.hpp"

namespace tsflow::cli {
namespace {

bool passes(const std::string& filter, const std::string& a, const std::string& b) {
    return filter.empty() || a.find(filter) != std::string::npos ||
           b.find(filter) != std::string::npos;
}

double rate_of(const NodeStatus& node) {
    return std::max(node.rows_in_per_s, node.rows_out_per_s);
}

void sort_nodes(std::vector<NodeStatus>& nodes, const std::string& by) {
    const auto most_first = [&](auto value) {
        std::stable_sort(nodes.begin(), nodes.end(),
                         [&](const auto& a, const auto& b) { return value(a) > value(b); });
    };
    if (by == "name") {
        std::stable_sort(nodes.begin(), nodes.end(),
                         [](const auto& a, const auto& b) { return a.node < b.node; });
    } else if (by == "rows") {
        most_first(rate_of);
    } else if (by == "busy") {
        most_first([](const NodeStatus& node) { return node.busy; });
    } else if (by == "lag") {
        most_first([](const NodeStatus& node) { return node.lag_s.value_or(-1); });
    } else if (by == "latency") {
        most_first([](const NodeStatus& node) { return node.latency_p99_ns.value_or(0); });
    }
}

std::string lag_text(const NodeStatus& node) {
    constexpr double day = 86'400;
    if (!node.lag_s) {
        return "";
    }
    return *node.lag_s > day
               ? fmt::format("{:.0f} d", *node.lag_s / day)
               : short_time(static_cast<std::uint64_t>(std::max(*node.lag_s, 0.0) * 1e9));
}

std::vector<std::string> cells_of(const NodeStatus& node) {
    const bool source = node.kind == "source";
    const bool sink = node.kind == "sink";
    return {node.node + (node.failed ? " (failed)" : ""),
            node.type,
            source ? "" : rounded(node.rows_in_per_s),
            sink ? "" : rounded(node.rows_out_per_s),
            grouped(sink ? node.rows_in : node.rows_out),
            fmt::format("{:.0f} %", node.busy * 100),
            lag_text(node),
            node.latency_p50_ns && node.latency_p99_ns
                ? fmt::format("{} / {}", short_time(*node.latency_p50_ns),
                              short_time(*node.latency_p99_ns))
                : "",
            node.commit_p99_ns ? short_time(*node.commit_p99_ns) : "",
            grouped(node.retries),
            grouped(node.dead_letters)};
}

std::vector<std::string> cells_of(const EdgeStatus& edge) {
    return {edge.from + " → " + edge.to,
            fmt::format("{} / {}", edge.depth, edge.capacity),
            rounded(static_cast<double>(edge.bytes)) + "B",
            rounded(edge.rows_per_s),
            fmt::format("{:.0f} %", edge.blocked * 100),
            grouped(edge.dropped_rows),
            edge.disk_bytes > 0 ? rounded(static_cast<double>(edge.disk_bytes)) + "B" : ""};
}

std::vector<std::vector<std::string>> own_latencies(const std::vector<NodeStatus>& nodes) {
    std::vector<std::vector<std::string>> rows{{"node", "latency of its own", "p50 / p99"}};
    for (const NodeStatus& node : nodes) {
        for (const NodeStatus::Latency& latency : node.own_latencies) {
            const auto text = [](std::int64_t ns) {
                return short_time(static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0)));
            };
            rows.push_back({node.node, latency.name,
                            fmt::format("{} / {}", text(latency.p50_ns), text(latency.p99_ns))});
        }
    }
    return rows;
}

}  // namespace

std::string top_text(const Status& status, const TopOrder& order) {
    std::string text =
        fmt::format("{}  {}  up {}  checkpoint {}  tsflow {}\n\n", status.pipeline, status.state,
                    clock_time(status.uptime_s),
                    status.checkpoint == 0 ? "none" : grouped(status.checkpoint), status.version);
    std::vector<NodeStatus> nodes = status.nodes;
    std::erase_if(
        nodes, [&](const NodeStatus& node) { return !passes(order.filter, node.node, node.type); });
    sort_nodes(nodes, order.sort);
    std::vector<std::vector<std::string>> rows{{"node", "type", "in/s", "out/s", "rows", "busy",
                                                "lag", "latency p50 / p99", "commit p99", "retries",
                                                "put aside"}};
    for (const NodeStatus& node : nodes) {
        rows.push_back(cells_of(node));
    }
    constexpr std::size_t texts = 2;
    text += aligned(rows, texts);
    if (const auto own = own_latencies(nodes); own.size() > 1) {
        text += '\n' + aligned(own, texts);
    }
    rows = {{"queue", "batches", "bytes", "rows/s", "producer waits", "dropped", "on disk"}};
    for (const EdgeStatus& edge : status.queues) {
        if (passes(order.filter, edge.from, edge.to)) {
            rows.push_back(cells_of(edge));
        }
    }
    return rows.size() == 1 ? text : text + '\n' + aligned(rows, 1);
}

}  // namespace tsflow::cli
