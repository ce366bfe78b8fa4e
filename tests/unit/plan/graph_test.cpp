#include <catch2/catch.hpp>

#include "nodes.hpp"

using namespace tsflow;
using namespace tsflow::plan_test;
using Problems = std::vector<std::string>;

namespace {

std::vector<std::string> ids(const Plan& plan) {
    std::vector<std::string> result;
    for (const PlannedNode& node : plan.nodes) {
        result.push_back(node.spec.id);
    }
    return result;
}

}  // namespace

TEST_CASE("nodes stand in topological order, in file order where free") {
    const Plan plan = valid(R"(
[sinks.last]
type = "store"
inputs = ["b", "a"]
[transforms.b]
type = "pass"
inputs = ["a"]
[sources.other]
type = "feed"
[transforms.a]
type = "pass"
inputs = ["prices"]
[sources.prices]
type = "feed"
[sinks.early]
type = "store"
inputs = ["other"]
)");
    CHECK(ids(plan) == Problems{"other", "prices", "a", "b", "last", "early"});
    CHECK(plan.nodes[4].upstream == std::vector<std::size_t>{3, 2});
    CHECK(plan.nodes[4].inputs.size() == 1);
    CHECK(plan.nodes[4].inputs[0].name == "in");
}

TEST_CASE("an unknown input gets the nearest node as its suggestion, and its port is kept") {
    CHECK(plan(R"([sources.prices]
type = "feed"
ports = ["minute", "day"]
[sinks.a]
type = "store"
inputs = ["pricse.day"]
[sinks.b]
type = "store"
inputs = ["zzz"]
)")
              .problems() ==
          Problems{"6:11 error sinks.a.inputs: no node is called 'pricse'|prices.day",
                   "9:11 error sinks.b.inputs: no node is called 'zzz'; this node can take "
                   "prices|"});
}

TEST_CASE("an input that may name an unreadable node is not reported") {
    CHECK(plan(R"([source.prices]
type = "feed"
[sinks.a]
type = "store"
inputs = ["prices"]
)")
              .problems() == Problems{"1:1 error source: unknown section|sources"});
    CHECK(plan(R"([sources]
prices = "feed"
[sinks.a]
type = "store"
inputs = ["prices", "trades"]
)")
              .problems() ==
          Problems{"2:1 error sources.prices: expected a table, written [sources.prices]; found "
                   "the string \"feed\"|",
                   "5:21 error sinks.a.inputs: no node is called 'trades'; the file has no other "
                   "source or transform|"});
}

TEST_CASE("sinks and the node itself are no inputs") {
    CHECK(plan(R"([sources.prices]
type = "feed"
[transforms.loop]
type = "pass"
inputs = ["prices", "loop"]
[sinks.a]
type = "store"
inputs = ["loop"]
[sinks.b]
type = "store"
inputs = ["a"]
)")
              .problems() ==
          Problems{"5:21 error transforms.loop.inputs: 'loop' names itself as its input; data "
                   "flows one way, from sources to sinks|",
                   "11:11 error sinks.b.inputs: 'a' is a sink, which has no outputs; an input is "
                   "a source or a transform|"});
}

TEST_CASE("each cycle is reported once, at its first node, with its path") {
    CHECK(plan(R"([transforms.b]
type = "pass"
inputs = ["a"]
[transforms.a]
type = "pass"
inputs = ["c"]
[transforms.c]
type = "pass"
inputs = ["b"]
[transforms.x]
type = "pass"
inputs = ["y", "b"]
[transforms.y]
type = "pass"
inputs = ["x"]
[sinks.out]
type = "store"
inputs = ["y"]
)")
              .problems() ==
          Problems{"1:1 error sources: the pipeline has no source; add a table [sources.NAME]|",
                   "3:11 error transforms.b.inputs: the inputs form a cycle: b -> c -> a -> b; "
                   "data flows one way, from sources to sinks|",
                   "12:11 error transforms.x.inputs: the inputs form a cycle: x -> y -> x; data "
                   "flows one way, from sources to sinks|"});
}

TEST_CASE("two cycles through one node are both reported") {
    CHECK(plan(R"([transforms.hub]
type = "pass"
inputs = ["left", "right"]
[transforms.left]
type = "pass"
inputs = ["hub"]
[transforms.right]
type = "pass"
inputs = ["hub"]
[sources.unused]
type = "feed"
[sinks.out]
type = "store"
inputs = ["hub"]
)")
              .problems() ==
          Problems{"3:11 error transforms.hub.inputs: the inputs form a cycle: hub -> left -> hub; "
                   "data flows one way, from sources to sinks|",
                   "3:19 error transforms.hub.inputs: the inputs form a cycle: hub -> right -> "
                   "hub; data flows one way, from sources to sinks|",
                   "10:1 warning sources.unused: nobody takes the rows of 'unused'; name it in the "
                   "inputs of a transform or sink, or remove it|"});
}

TEST_CASE("a node that nobody takes is a warning; one that somebody seems to mean is not") {
    const Planned planned = plan(R"([sources.prices]
type = "feed"
ports = ["minute", "day", "tick"]
[sources.spare]
type = "feed"
[transforms.idle]
type = "pass"
inputs = ["prices.minute"]
[sinks.out]
type = "store"
inputs = ["prices"]
)");
    CHECK_FALSE(planned.diagnostics.has_errors());
    CHECK(planned.problems() ==
          Problems{
              "1:1 warning sources.prices: nobody takes the rows of prices.day, prices.tick; they "
              "are discarded|",
              "4:1 warning sources.spare: nobody takes the rows of 'spare'; name it in the "
              "inputs of a transform or sink, or remove it|",
              "6:1 warning transforms.idle: nobody takes the rows of 'idle'; name it in the "
              "inputs of a transform or sink, or remove it|"});
}

TEST_CASE("nobody has to take a side output") {
    const std::string prices = R"([sources.prices]
type = "feed"
ports = ["minute", "day"]
side_ports = ["health", "gaps"]
[sinks.out]
type = "store"
inputs = )";
    CHECK(plan(prices + "[\"prices\"]\n").problems() ==
          Problems{"1:1 warning sources.prices: nobody takes the rows of prices.day; they are "
                   "discarded|"});
    // One that is taken does not stand for the others.
    CHECK(plan(prices + "[\"prices.gaps\"]\n").problems() ==
          Problems{"1:1 warning sources.prices: nobody takes the rows of prices.minute, "
                   "prices.day; they are discarded|"});
}
