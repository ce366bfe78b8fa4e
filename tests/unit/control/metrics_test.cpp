#include <chrono>
#include <sstream>

#include <catch2/catch.hpp>

#include "control/open_metrics.hpp"
#include "control/rates.hpp"

using namespace tsflow;
using namespace tsflow::control;
using namespace std::chrono_literals;

namespace {

PipelineMetrics two_nodes(Duration elapsed, std::uint64_t rows) {
    PipelineMetrics metrics;
    metrics.elapsed = elapsed;
    NodeMetrics source;
    source.path = "sources.feed";
    source.type = "count";
    source.rows_out = rows;
    source.busy = 0.5;
    source.watermark = Timestamp{90s};
    NodeMetrics sink;
    sink.path = "sinks.out";
    sink.type = "keep";
    sink.kind = NodeKind::sink;
    sink.rows_in = rows;
    sink.latency.buckets[10] = 3;  // 1,024 to 2,047 ns
    sink.latency.buckets[20] = 1;
    sink.latency.count = 4;
    sink.latency.total = 1'100us;
    sink.counters = {{"odd \"name\"", 7}};
    metrics.nodes = {source, sink};
    EdgeMetrics edge;
    edge.from = "sources.feed.out";
    edge.to = "sinks.out";
    edge.depth = 3;
    edge.capacity = 256;
    edge.rows = rows;
    edge.blocked = 0.25;
    metrics.edges = {edge};
    return metrics;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

const ScrapeFacts facts{"pipe", "1.2.3", "abc", true, Timestamp{100s}};

}  // namespace

TEST_CASE("Figures are exposed in seconds, bytes and totals") {
    const auto lines = lines_of(expose(two_nodes(8s, 1000), facts, Exposition::prometheus));
    const auto has = [&](const std::string& line) {
        INFO(line);
        CHECK(std::count(lines.begin(), lines.end(), line) == 1);
    };
    has(R"(tsflow_pipeline_info{pipeline="pipe",version="1.2.3",fingerprint="abc"} 1)");
    has("tsflow_up 1");
    has("tsflow_uptime_seconds 8");
    has(R"(tsflow_node_rows_out_total{node="sources.feed",type="count",kind="source"} 1000)");
    has(R"(tsflow_node_busy_seconds_total{node="sources.feed",type="count",kind="source"} 4)");
    has(R"(tsflow_node_watermark_lag_seconds{node="sources.feed",type="count",kind="source"} 10)");
    has(R"(tsflow_node_events_total{node="sinks.out",type="keep",kind="sink",name="odd \"name\""} 7)");
    has(R"(tsflow_queue_depth_batches{from="sources.feed.out",to="sinks.out"} 3)");
    has(R"(tsflow_queue_blocked_seconds_total{from="sources.feed.out",to="sinks.out"} 2)");
    has("# TYPE tsflow_node_rows_in_total counter");
    // Of four batches three took less than 2,048 ns, and all less than 2^21 ns.
    const std::string sink =
        R"(tsflow_latency_seconds_bucket{node="sinks.out",type="keep",kind="sink",le=)";
    has(sink + "\"1.024e-06\"} 0");
    has(sink + "\"2.048e-06\"} 3");
    has(sink + "\"0.002097152\"} 4");
    has(sink + "\"+Inf\"} 4");
    has(R"(tsflow_latency_seconds_sum{node="sinks.out",type="keep",kind="sink"} 0.0011)");
    has(R"(tsflow_latency_seconds_count{node="sinks.out",type="keep",kind="sink"} 4)");
    CHECK(lines.back() != "# EOF");
}

TEST_CASE("OpenMetrics names families of counters without their suffix and ends with a mark") {
    const auto lines = lines_of(expose(two_nodes(8s, 1000), facts, Exposition::open_metrics));
    CHECK(std::count(lines.begin(), lines.end(), "# TYPE tsflow_node_rows_in counter") == 1);
    CHECK(lines.back() == "# EOF");
}

TEST_CASE("Rates are those of about the last second") {
    RateMeter meter;
    CHECK(meter.rates().nodes.empty());
    meter.sample(two_nodes(1s, 0));
    CHECK(meter.rates().nodes.empty());
    meter.sample(two_nodes(1500ms, 100));
    REQUIRE(meter.rates().nodes.size() == 2);
    CHECK(meter.rates().nodes[0].rows_out == Approx(200));
    meter.sample(two_nodes(2s, 300));
    CHECK(meter.rates().nodes[0].rows_out == Approx(300));
    meter.sample(two_nodes(2500ms, 600));  // against the sample at 1.5 s
    CHECK(meter.rates().nodes[0].rows_out == Approx(500));
    CHECK(meter.rates().nodes[1].rows_in == Approx(500));
    CHECK(meter.rates().edges == std::vector<double>{500});
    CHECK(meter.rates().nodes[0].busy == Approx(0.5));
}
