#include <catch2/catch.hpp>

#include "cli/top_view.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::cli;

namespace {

const std::string json =
    R"({"pipeline":"prod","file":"p.toml","version":"0.1.0","fingerprint":"abc",
"state":"running","now":"2025-11-03T14:31:00Z","uptime_s":75.5,"checkpoint":{"id":74,"stored":74,"at":null},
"nodes":[
 {"node":"sources.feed","type":"massive","kind":"source","rows_out":1200,"rows_out_per_s":500.0,"busy_now":0.25,
  "retries":0,"dead_letters":0,"lag_s":0.25,
  "gauge.he0.lag_p50_ns":250000000,"gauge.he0.lag_p99_ns":400000000,"gauge.he0.up":1,"gauge.alone_p50_ns":1},
 {"node":"sinks.bars","type":"timescale","kind":"sink","rows_in":1100,"rows_in_per_s":480.0,"busy_now":0.5,
  "retries":2,"dead_letters":1,"lag_s":2.0,"latency_p50_ns":8000,"latency_p99_ns":32000000,
  "commit_p99_ns":1500000000,"failed":true}],
"edges":[
 {"from":"sources.feed.minute","to":"sinks.bars","queued":true,"depth":3,"capacity":256,"bytes":12000,
  "rows":1100,"rows_per_s":480.0,"blocked":0.1,"dropped_rows":7},
 {"from":"sources.feed.health","to":"transforms.x","queued":false}]})";

}  // namespace

TEST_CASE("The status of a run is shown as aligned tables") {
    CHECK(top_text(parse_status(json), {}) ==
          R"(prod  running  up 1:16  checkpoint 74  tsflow 0.1.0

node                 type       in/s  out/s   rows  busy     lag  latency p50 / p99  commit p99  retries  put aside
sources.feed         massive            500  1,200  25 %  250 ms                                       0          0
sinks.bars (failed)  timescale   480         1,100  50 %   2.0 s       8 µs / 32 ms       1.5 s        2          1

node          latency of its own        p50 / p99
sources.feed  he0.lag             250 ms / 400 ms

queue                             batches    bytes  rows/s  producer waits  dropped  on disk
sources.feed.minute → sinks.bars  3 / 256  12.0 kB     480            10 %        7
)");
}

TEST_CASE("Nodes are sorted and filtered as the user asks") {
    const Status status = parse_status(json);
    const auto first_node = [&](const char* sort) {
        const std::string text = top_text(status, {sort, ""});
        return text.find("sources.feed ") < text.find("sinks.bars ") ? "sources.feed"
                                                                     : "sinks.bars";
    };
    CHECK(first_node("plan") == std::string{"sources.feed"});
    CHECK(first_node("name") == std::string{"sinks.bars"});
    CHECK(first_node("rows") == std::string{"sources.feed"});
    CHECK(first_node("busy") == std::string{"sinks.bars"});
    CHECK(first_node("lag") == std::string{"sinks.bars"});
    CHECK(first_node("latency") == std::string{"sinks.bars"});
    const std::string filtered = top_text(status, {"plan", "timescale"});
    CHECK(filtered.find("sinks.bars (failed)") != std::string::npos);
    CHECK(filtered.find("\nsources.feed ") == std::string::npos);
}

TEST_CASE("What is no status is told") {
    CHECK_THROWS_WITH(parse_status("<html>"),
                      Catch::StartsWith("what answers is no pipeline of this version: "));
    CHECK_THROWS_AS(parse_status("{}"), Error);
    CHECK(error_in(R"({"error":"no"})") == "no");
    CHECK_FALSE(error_in("[1]"));
}
