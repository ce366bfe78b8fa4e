#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tsflow::cli {

/// What `/status.json` of a pipeline says, as far as `top` shows it.
struct NodeStatus {
    /// Of a pair of gauges that the node gives, `NAME_p50_ns` and `NAME_p99_ns`.
    struct Latency {
        std::string name;
        std::int64_t p50_ns = 0, p99_ns = 0;
    };
    std::string node, type, kind;
    std::uint64_t rows_in = 0, rows_out = 0, retries = 0, dead_letters = 0;
    double rows_in_per_s = 0, rows_out_per_s = 0, busy = 0;
    std::optional<double> lag_s;
    std::optional<std::uint64_t> latency_p50_ns, latency_p99_ns, commit_p99_ns;
    std::vector<Latency> own_latencies;
    bool failed = false;
};
struct EdgeStatus {
    std::string from, to;
    std::uint64_t depth = 0, capacity = 0, bytes = 0, rows = 0, dropped_rows = 0, disk_bytes = 0;
    double rows_per_s = 0, blocked = 0;
};
struct Status {
    std::string pipeline, version, state;
    double uptime_s = 0;
    std::uint64_t checkpoint = 0;  ///< 0: none
    std::vector<NodeStatus> nodes;
    std::vector<EdgeStatus> queues;
};

/// Throws Error when the text is none of `/status.json`.
Status parse_status(const std::string& text);
/// The sentence in `{"error":"…"}`.
std::optional<std::string> error_in(const std::string& text);

}  // namespace tsflow::cli
