#include <catch2/catch.hpp>

#include "nodes.hpp"

using namespace tsflow;
using namespace tsflow::plan_test;

namespace {

/// The ids of each stage, head first.
std::vector<std::vector<std::string>> stages(const Plan& plan) {
    std::vector<std::vector<std::string>> result;
    for (const PlannedStage& stage : plan.stages) {
        auto& ids = result.emplace_back();
        for (const std::size_t node : stage.nodes) {
            ids.push_back(plan.nodes[node].spec.id);
            CHECK(plan.nodes[node].stage == result.size() - 1);
        }
        CHECK(stage.nodes.front() == stage.head);
    }
    return result;
}

using Stages = std::vector<std::vector<std::string>>;

}  // namespace

TEST_CASE("transforms ride on their feeder's stage; sinks have one of their own") {
    const Plan plan = valid(R"(
[sources.a]
type = "feed"
[transforms.b]
type = "pass"
inputs = ["a"]
[transforms.c]
type = "pass"
inputs = ["b"]
[sinks.s]
type = "store"
inputs = ["c"]
[sinks.t]
type = "store"
inputs = ["b"]
)");
    CHECK(stages(plan) == Stages{{"a", "b", "c"}, {"s"}, {"t"}});
    CHECK_FALSE(plan.nodes[0].consumers[0][0].queued);
    CHECK(plan.nodes[2].consumers[0][0].queued);
}

TEST_CASE("a queue starts a stage, and so does a join") {
    CHECK(stages(valid(R"(
[sources.a]
type = "feed"
[transforms.b]
type = "pass"
inputs = ["a"]
queue = { batches = 8 }
[transforms.c]
type = "pass"
inputs = ["b"]
[transforms.j]
type = "pair"
inputs = { left = "a", right = "c" }
[sinks.s]
type = "store"
inputs = ["j.matched", "j.unmatched"]
)")) == Stages{{"a"}, {"b", "c"}, {"j"}, {"s"}});
}

TEST_CASE("a union of several stages starts a stage; one within a stage does not") {
    CHECK(stages(valid(R"(
[sources.a]
type = "feed"
[sources.b]
type = "feed"
[transforms.both]
type = "pass"
inputs = ["a", "b"]
[transforms.left]
type = "pass"
inputs = ["a"]
[transforms.right]
type = "pass"
inputs = ["a"]
[transforms.again]
type = "pass"
inputs = ["left", "right"]
[sinks.s]
type = "store"
inputs = ["both", "again"]
)")) == Stages{{"a", "left", "right", "again"}, {"b"}, {"both"}, {"s"}});
}
