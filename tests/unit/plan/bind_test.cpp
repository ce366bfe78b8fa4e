#include <catch2/catch.hpp>

#include "nodes.hpp"

using namespace tsflow;
using namespace tsflow::plan_test;
using Problems = std::vector<std::string>;

namespace {

Problems of_source(const std::string& table) {
    return plan("[sources.a]\n" + table + "\n[sinks.b]\ntype = \"store\"\ninputs = [\"a\"]\n")
        .problems();
}

}  // namespace

TEST_CASE("an unknown type gets the nearest of its kind, or the known ones") {
    CHECK(of_source("type = \"fede\"") ==
          Problems{"2:8 error sources.a.type: no plugin has a source of type 'fede'|feed"});
    CHECK(of_source("type = \"xyz\"") ==
          Problems{"2:8 error sources.a.type: no plugin has a source of type 'xyz'; there are "
                   "faulty, feed, radio|"});
}

TEST_CASE("without a type, options that seem to mean a key of the host are told") {
    CHECK(plan("[sources.a]\ntype = \"feed\"\n[sinks.b]\ntyp = \"store\"\ninput = [\"a\"]\n"
               "colour = \"red\"\n")
              .problems() ==
          Problems{"3:1 error sinks.b: missing key 'type' (the node type that a plugin provides); "
                   "add type = \"…\"|",
                   "3:1 error sinks.b: missing key 'inputs' (the nodes that feed this sink); add "
                   "inputs = [\"…\"]|",
                   "4:1 error sinks.b.typ: unknown option|type",
                   "5:1 error sinks.b.input: unknown option|inputs"});
}

TEST_CASE("a type of another kind says where it belongs") {
    CHECK(of_source("type = \"keyed\"") ==
          Problems{"2:8 error sources.a.type: 'keyed' is a sink, not a source; it belongs into a "
                   "table [sinks.a]|"});
}

TEST_CASE("a type whose library was refused says why") {
    CHECK(of_source("type = \"kafka\"") ==
          Problems{"2:8 error sources.a.type: the plugin library '/plugins/kafka.so' was refused: "
                   "it was built with "
                   "tsflow ABI 7, this is ABI 1|"});
}

TEST_CASE("what a node throws is reported at its table, or at the option that it names") {
    CHECK(of_source("type = \"faulty\"\nfault = \"constructor\"") ==
          Problems{"1:1 error sources.a: no such device|"});
    CHECK(of_source("type = \"faulty\"\nfault = \"abcdef\"") ==
          Problems{"3:13 error sources.a.fault: no fault of this kind|"});
}

TEST_CASE("a check over several options points at the option") {
    CHECK(of_source("type = \"feed\"\nschema = \"\"\nlive = true") ==
          Problems{"4:8 error sources.a.live: a live feed needs a schema|"});
}

TEST_CASE("a check of a table in a list points into that table") {
    const std::string channel = "[[sources.a.channels]]\n";
    CHECK(of_source("type = \"radio\"\n" + channel + channel + "band = \"none\"") ==
          Problems{"5:8 error sources.a.channels.1.band: there is no such band|"});
    CHECK(of_source("type = \"radio\"\n" + channel + "band = \"lost\"") ==
          Problems{"4:11 error sources.a.channels.0.band: is lost|"});
    // Without the key, the table; without that, too, the node.
    CHECK(of_source("type = \"radio\"\nchannels = [{}, { band = \"mute\" }]") ==
          Problems{"3:17 warning sources.a.channels.1.volume: is ignored|"});
}

TEST_CASE("a warning of a check is told and refuses nothing") {
    const Planned planned = plan(R"([sources.a]
type = "radio"
channels = [{ band = "mute", volume = 3 }]
[sinks.out]
type = "store"
inputs = ["a"]
)");
    CHECK(planned.problems() == Problems{"3:39 warning sources.a.channels.0.volume: is ignored|"});
    CHECK_FALSE(planned.diagnostics.has_errors());
    CHECK(planned.node("a").node != nullptr);
}

TEST_CASE("a node whose tables could not be read is not made") {
    CHECK(of_source("type = \"radio\"\n[[sources.a.channels]]\nband = \"${NONE}\"") ==
          Problems{"4:8 error sources.a.channels.0.band: the environment variable NONE is not set; "
                   "set it, load it with --env-file, or write ${NONE:-default}|"});
}

TEST_CASE("wrong outputs are a fault of the plugin") {
    const std::string fault = "; this is a fault of the plugin, not of the file|";
    const auto stated = [](const std::string& what) {
        return of_source("type = \"faulty\"\nfault = \"" + what + "\"");
    };
    CHECK(stated("none") == Problems{"1:1 error sources.a: 'faulty' states no output" + fault});
    CHECK(stated("case") ==
          Problems{"1:1 error sources.a: 'faulty' names an output 'Out', which is not "
                   "lower_snake" +
                   fault});
    CHECK(stated("twice") ==
          Problems{"1:1 error sources.a: 'faulty' has two outputs 'out'" + fault});
    CHECK(stated("null") ==
          Problems{"1:1 error sources.a: 'faulty' states no schema for its output 'out'" + fault});
}

TEST_CASE("an unknown port gets the nearest, and makes no noise about the others") {
    CHECK(plan(R"([sources.prices]
type = "feed"
ports = ["minute", "day"]
[sources.single]
type = "feed"
[sinks.a]
type = "store"
inputs = ["prices.minut"]
[sinks.b]
type = "store"
inputs = ["single.minute"]
)")
              .problems() ==
          Problems{"8:11 error sinks.a.inputs: 'prices' has no output 'minut'; its outputs are "
                   "minute, day|prices.minute",
                   "11:11 error sinks.b.inputs: 'single' has no output 'minute'; its only one is "
                   "'out', which its name alone stands for|single"});
}

TEST_CASE("a union takes equal schemas only") {
    const Problems problems = plan(R"([sources.a]
type = "feed"
[transforms.b]
type = "rename"
column = "close"
inputs = ["a"]
[sinks.both]
type = "store"
inputs = ["a", "b"]
)")
                                  .problems();
    REQUIRE(problems.size() == 1);
    CHECK_THAT(problems[0], Catch::Contains("9:16 error sinks.both.inputs: the rows of 'b' do not "
                                            "fit those of 'a': ") &&
                                Catch::Contains("EUR") && Catch::Contains("USD"));
}

TEST_CASE("an output that is listed twice would double its rows") {
    CHECK(plan(R"([sources.a]
type = "feed"
[sinks.both]
type = "store"
inputs = ["a", "a.out"]
)")
              .problems() == Problems{"5:16 error sinks.both.inputs: 'a.out' is listed twice, so "
                                      "that each row would arrive twice|"});
}

TEST_CASE("named inputs arrive by name, and a join may take one output twice") {
    const Planned planned = plan(R"([sources.a]
type = "feed"
[transforms.j]
type = "pair"
inputs = { left = "a", right = "a" }
[sinks.s]
type = "store"
inputs = ["j.matched", "j.unmatched"]
)");
    CHECK(planned.problems().empty());
    const PlannedNode& join = planned.node("j");
    REQUIRE(join.inputs.size() == 2);
    CHECK(join.inputs[0].name == "left");
    CHECK(join.inputs[1].name == "right");
    CHECK(planned.node("a").consumers[0].size() == 2);
    CHECK(planned.node("a").consumers[0][1].input == 1);
    CHECK(planned.node("j").upstream == std::vector<std::size_t>{planned.index("a")});
}

TEST_CASE("wrong named inputs are reported at inputs") {
    CHECK(plan(R"([sources.a]
type = "feed"
[transforms.j]
type = "pair"
inputs = { left = "a", wrong = "a" }
[sinks.s]
type = "store"
inputs = ["j"]
)")
              .problems() ==
          Problems{"5:1 error transforms.j.inputs: want the inputs 'left' and 'right'|"});
}

TEST_CASE("conflate wants a key") {
    CHECK(plan(R"([sources.a]
type = "feed"
schema = "close:float64"
[sinks.s]
type = "store"
inputs = ["a"]
queue = { when_full = "conflate" }
)")
              .problems() ==
          Problems{"7:9 error sinks.s.queue.when_full: \"conflate\" keeps the latest row of each "
                   "key, but the rows of this input have no key; use \"drop_oldest\" or "
                   "\"block\"|"});
}

TEST_CASE("what stands behind a faulty node makes no further noise, but its own options do") {
    CHECK(plan(R"([sources.a]
type = "fed"
[transforms.b]
type = "rename"
column = "nope"
colour = "red"
inputs = ["a"]
[sinks.s]
type = "keyed"
inputs = ["b"]
)")
              .problems()
              .size() == 2);
}
