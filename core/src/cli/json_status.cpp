#include "cli/json_status.hpp"

#include <nlohmann/json.hpp>

#include "tsflow/error.hpp"

namespace tsflow::cli {
namespace {

using Json = nlohmann::json;

template <class T>
std::optional<T> maybe(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? std::nullopt
                                                     : std::optional<T>{found->template get<T>()};
}

std::vector<NodeStatus::Latency> own_latencies(const Json& node) {
    constexpr std::string_view gauge = "gauge.", p50 = "_p50_ns", p99 = "_p99_ns";
    std::vector<NodeStatus::Latency> all;
    for (const auto& [key, value] : node.items()) {
        if (!key.starts_with(gauge) || !key.ends_with(p50)) {
            continue;
        }
        const std::string start = key.substr(0, key.size() - p50.size());
        if (const auto other = node.find(start + std::string{p99}); other != node.end()) {
            all.push_back({start.substr(gauge.size()), value, *other});
        }
    }
    return all;
}

NodeStatus node_of(const Json& json) {
    NodeStatus node;
    node.node = json.at("node");
    node.type = json.at("type");
    node.kind = json.at("kind");
    node.rows_in = json.value("rows_in", std::uint64_t{0});
    node.rows_out = json.value("rows_out", std::uint64_t{0});
    node.retries = json.value("retries", std::uint64_t{0});
    node.dead_letters = json.value("dead_letters", std::uint64_t{0});
    node.rows_in_per_s = json.value("rows_in_per_s", 0.0);
    node.rows_out_per_s = json.value("rows_out_per_s", 0.0);
    node.busy = json.value("busy_now", json.value("busy", 0.0));
    node.lag_s = maybe<double>(json, "lag_s");
    node.latency_p50_ns = maybe<std::uint64_t>(json, "latency_p50_ns");
    node.latency_p99_ns = maybe<std::uint64_t>(json, "latency_p99_ns");
    node.commit_p99_ns = maybe<std::uint64_t>(json, "commit_p99_ns");
    node.own_latencies = own_latencies(json);
    node.failed = json.value("failed", false);
    return node;
}

EdgeStatus edge_of(const Json& json) {
    EdgeStatus edge;
    edge.from = json.at("from");
    edge.to = json.at("to");
    edge.depth = json.value("depth", std::uint64_t{0});
    edge.capacity = json.value("capacity", std::uint64_t{0});
    edge.bytes = json.value("bytes", std::uint64_t{0});
    edge.rows = json.value("rows", std::uint64_t{0});
    edge.dropped_rows = json.value("dropped_rows", std::uint64_t{0});
    edge.disk_bytes = json.value("disk_bytes", std::uint64_t{0});
    edge.rows_per_s = json.value("rows_per_s", 0.0);
    edge.blocked = json.value("blocked", 0.0);
    return edge;
}

}  // namespace

Status parse_status(const std::string& text) try {
    const Json json = Json::parse(text);
    Status status;
    status.pipeline = json.at("pipeline");
    status.version = json.at("version");
    status.state = json.at("state");
    status.uptime_s = json.at("uptime_s");
    if (json.at("checkpoint").is_object()) {
        status.checkpoint = json.at("checkpoint").at("id");
    }
    for (const Json& node : json.at("nodes")) {
        status.nodes.push_back(node_of(node));
    }
    for (const Json& edge : json.at("edges")) {
        if (edge.at("queued").get<bool>()) {
            status.queues.push_back(edge_of(edge));
        }
    }
    return status;
} catch (const Json::exception& error) {
    throw Error(std::string{"what answers is no pipeline of this version: "} + error.what());
}

std::optional<std::string> error_in(const std::string& text) {
    const Json json = Json::parse(text, nullptr, false);
    return json.is_object() && json.contains("error") && json["error"].is_string()
               ? std::optional{json["error"].get<std::string>()}
               : std::nullopt;
}

}  // namespace tsflow::cli
