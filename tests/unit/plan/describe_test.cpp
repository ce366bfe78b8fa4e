#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "nodes.hpp"

using namespace tsflow;
using namespace tsflow::plan_test;

namespace {

const char* const pipeline = R"(
[pipeline]
name = "two feeds"
[sources.prices]
type = "feed"
ports = ["minute", "day"]
[transforms.smooth]
type = "pass"
inputs = ["prices.minute"]
[transforms.euro]
type = "rename"
column = "close"
inputs = ["prices.day"]
[transforms.join]
type = "pair"
inputs = { left = "smooth", right = "prices.day" }
[sinks.bars]
type = "store"
inputs = ["join.matched", "join.unmatched"]
queue = { batches = 8, bytes = "1MiB", when_full = "conflate" }
[sinks.days]
type = "store"
repeats = "doubled"
inputs = ["euro"]
)";

}  // namespace

TEST_CASE("the plan as text shows nodes, schemas, stages and guarantees") {
    CHECK(describe(valid(pipeline)) ==
          R"(Pipeline two feeds: 6 nodes in 4 stages
  No state_dir: nothing is kept between runs

Nodes
  sources.prices: feed
    minute
      symbol  symbol             key
      time    timestamp          key, event time
      close   float64    USD
      volume  int64      shares
    day: as minute
  transforms.smooth: pass from prices.minute
    out: as it came in
  transforms.euro: rename from prices.day
    out
      symbol  symbol             key
      time    timestamp          key, event time
      close   float64    EUR
      volume  int64      shares
  transforms.join: pair, left from smooth, right from prices.day
    matched: as input left
    unmatched: as input left
  sinks.bars: store from join.matched and join.unmatched
  sinks.days: store from euro

Stages, each a thread
  1. sources.prices, transforms.smooth, transforms.euro
  2. transforms.join
     queue: 256 batches or 64MiB, when full: block
  3. sinks.bars
     queue: 8 batches or 1MiB, when full: conflate
  4. sinks.days
     queue: 256 batches or 64MiB, when full: block

Delivery
  prices -> smooth -> join -> bars: at most once
    the queue in front of sinks.bars keeps only the latest row of each key when it is full
  prices -> euro -> days: at least once
    without state_dir every run starts from the beginning, and sinks.days adds the same rows again
  prices -> join -> bars: at most once
    the queue in front of sinks.bars keeps only the latest row of each key when it is full
)");
}

TEST_CASE("with state the plan says where and how often") {
    const std::string text = describe(valid(R"(
[pipeline]
state_dir = "/var/lib/prod"
checkpoint_interval = "250ms"
[sources.a]
type = "feed"
[sinks.s]
type = "store"
inputs = ["a"]
)"));
    CHECK_THAT(text, Catch::Contains("  State in /var/lib/prod, a checkpoint every 250ms\n"));
}

TEST_CASE("the plan as JSON holds the same") {
    const auto json = nlohmann::json::parse(describe_json(valid(pipeline)));
    CHECK(json["name"] == "two feeds");
    CHECK(json["state_dir"].is_null());
    REQUIRE(json["nodes"].size() == 6);
    const auto& join = json["nodes"][3];
    CHECK(join["path"] == "transforms.join");
    CHECK(join["kind"] == "transform");
    CHECK(join["stage"] == 1);
    CHECK(join["inputs"][1]["name"] == "right");
    CHECK(join["inputs"][1]["from"] == nlohmann::json{"prices.day"});
    CHECK(join["outputs"][0]["schema"][1] == nlohmann::json{{"name", "time"},
                                                            {"type", "timestamp"},
                                                            {"nullable", false},
                                                            {"unit", ""},
                                                            {"key", true},
                                                            {"event_time", true}});
    CHECK(json["stages"][0]["queue"].is_null());
    CHECK(json["stages"][2]["queue"] ==
          nlohmann::json{{"batches", 8}, {"bytes", 1048576}, {"when_full", "conflate"}});
    CHECK(json["guarantees"][1]["guarantee"] == "at least once");
    CHECK(json["guarantees"][1]["path"] ==
          nlohmann::json{"sources.prices", "transforms.euro", "sinks.days"});
}
