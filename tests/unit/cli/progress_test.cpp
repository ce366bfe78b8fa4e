#include <catch2/catch.hpp>

#include "cli/progress.hpp"
#include "cli/summary.hpp"
#include "runtime/figures.hpp"

using namespace tsflow;
using namespace tsflow::cli;

namespace {

PipelineMetrics metrics_at(std::chrono::seconds elapsed, std::uint64_t rows) {
    PipelineMetrics metrics;
    metrics.elapsed = elapsed;
    NodeMetrics source;
    source.path = "sources.a";
    source.type = "flat_file";
    source.rows_out = rows;
    source.progress = Progress{rows, 1000};
    NodeMetrics sink;
    sink.path = "sinks.b";
    sink.type = "sqlite";
    sink.kind = NodeKind::sink;
    sink.rows_in = rows;
    sink.watermark = Timestamp{std::chrono::seconds{1'460'727'000}};
    sink.latency.buckets[20] = 99;  // 1 to 2 ms
    sink.latency.buckets[25] = 1;
    sink.latency.count = 100;
    metrics.nodes = {source, sink};
    return metrics;
}

}  // namespace

TEST_CASE("Figures are written to be read at a glance") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1234567) == "1,234,567");
    CHECK(rounded(850) == "850");
    CHECK(rounded(1234) == "1.2 k");
    CHECK(rounded(123'456) == "123 k");
    CHECK(rounded(12'345'678) == "12.3 M");
    CHECK(rounded(999.6) == "1.0 k");
    CHECK(short_time(8'200) == "8 µs");
    CHECK(short_time(32'000'000) == "32 ms");
    CHECK(short_time(1'500'000'000) == "1.5 s");
    CHECK(clock_time(7) == "0:07");
    CHECK(clock_time(750) == "12:30");
    CHECK(clock_time(3723) == "1:02:03");
}

TEST_CASE("Progress tells rows, rate, where event time is, share and time left") {
    using std::chrono::seconds;
    const Timestamp long_after{seconds{1'760'727'000}};
    CHECK(progress_text(metrics_at(seconds{10}, 250), metrics_at(seconds{9}, 200), long_after) ==
          "0:10  250 rows  50 rows/s  at 2016-04-15T13:30:00Z  25 %  0:30 left");
    const Timestamp soon_after{seconds{1'460'727'002}};
    CHECK(progress_text(metrics_at(seconds{10}, 1000), metrics_at(seconds{9}, 200), soon_after) ==
          "0:10  1,000 rows  800 rows/s  lag 2.0 s  100 %");
}

TEST_CASE("The summary has a line for each node and tells of drops and waits") {
    RunResult result;
    result.metrics = metrics_at(std::chrono::seconds{10}, 1000);
    result.metrics.edges.push_back({"sources.a.out", "sinks.b", 0, 256, 0, 1000, 40, 0.5});
    result.metrics.last_checkpoint = 7;
    CHECK(
        summary_text(result) ==
        R"(node       type       rows in  rows out  rows/s  busy  retries  put aside  latency p50 / p99
sources.a  flat_file              1,000     100   0 %        0          0
sinks.b    sqlite       1,000               100   0 %        0          0        2 ms / 2 ms
sources.a.out → sinks.b: 40 of 1,000 rows dropped because the queue was full
sources.a.out → sinks.b: waited 50 % of the time because the queue was full
done in 10.0 s, last checkpoint 7
)");
}

TEST_CASE("The quantile of a histogram is the bound of the bucket it falls into") {
    const LatencyHistogram histogram = metrics_at(std::chrono::seconds{1}, 1).nodes[1].latency;
    CHECK(histogram.quantile(0.5) == std::uint64_t{1} << 21);
    CHECK(histogram.quantile(0.99) == std::uint64_t{1} << 21);
    CHECK(histogram.quantile(1.0) == std::uint64_t{1} << 26);
    CHECK(LatencyHistogram{}.quantile(0.5) == 0);
}
