#include <catch2/catch.hpp>

#include "problems.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using namespace std::chrono_literals;

namespace {

/// The problems of a transform `t` behind `feed` with these lines, which begin on line 3.
Lines transform(const std::string& lines) {
    return Checked{"[transforms.t]\ntype = \"t\"\n" + lines +
                   "\n[sources.feed]\ntype = \"t\"\n[sinks.out]\ntype = \"t\"\ninputs = [\"t\"]\n"}
        .problems();
}

Lines source(const std::string& lines) {
    return Checked{source_with(lines)}.problems();
}

const std::string input_forms =
    "a list such as inputs = [\"node\", \"node.port\"], or a table of named inputs such as "
    "inputs = { left = \"node\", right = \"other.port\" }";

}  // namespace

TEST_CASE("the host's keys of a node are read, the others are its options") {
    const Checked checked{R"(
[sources.feed]
type = "generator"
journal = false
rows = 5
[transforms.clean]
type = "filter"
inputs = ["feed", "feed.late"]
queue = { batches = 8, bytes = "1MiB", when_full = "conflate" }
where = "x"
[sinks.out]
type = "sqlite"
inputs = { left = "clean", right = "feed.minute" }
retry = { attempts = 5, initial = "1s", max = "1m" }
on_error = "isolate"
)"};
    REQUIRE(checked.problems().empty());
    REQUIRE(checked.spec.nodes.size() == 3);

    const NodeSpec& feed = checked.node("feed");
    CHECK(feed.kind == NodeKind::source);
    CHECK(feed.path == "sources.feed");
    CHECK(feed.type == "generator");
    CHECK(feed.at == Position{2, 1});
    CHECK(feed.type_at == Position{3, 8});
    CHECK_FALSE(feed.queue);
    CHECK(feed.on_error == OnError::stop);
    CHECK(feed.retry.attempts == 0);
    CHECK(feed.retry.initial == 100ms);
    CHECK(feed.retry.max == 30s);
    CHECK(feed.options.table()->size() == 1);
    CHECK(feed.options.key_at == Position{2, 1});

    const NodeSpec& clean = checked.node("clean");
    REQUIRE(clean.inputs.size() == 2);
    CHECK(clean.inputs[0].node == "feed");
    CHECK(clean.inputs[0].port.empty());
    CHECK(clean.inputs[1].port == "late");
    CHECK(clean.inputs[1].at == Position{8, 19});
    CHECK(clean.inputs_at == Position{8, 1});
    REQUIRE(clean.queue);
    CHECK(clean.queue->batches == 8);
    CHECK(clean.queue->bytes == 1u << 20);
    CHECK(clean.queue->when_full == WhenFull::conflate);
    CHECK(clean.queue->at == Position{9, 9});

    const NodeSpec& out = checked.node("out");
    REQUIRE(out.inputs.size() == 2);
    CHECK(out.inputs[0].name == "left");
    CHECK(out.inputs[1].name == "right");
    CHECK(out.inputs[1].node == "feed");
    CHECK(out.inputs[1].port == "minute");
    CHECK(out.retry.attempts == 5);
    CHECK(out.retry.max == 1min);
    CHECK(out.on_error == OnError::isolate);
}

TEST_CASE("an empty queue table means the defaults") {
    const Checked checked{
        "[sources.feed]\ntype = \"t\"\n[sinks.s]\ntype = \"t\"\ninputs = [\"feed\"]\nqueue = {}\n"};
    REQUIRE(checked.node("s").queue);
    CHECK(checked.node("s").queue->batches == 256);
    CHECK(checked.node("s").queue->bytes == 64u << 20);
    CHECK(checked.node("s").queue->when_full == WhenFull::block);
}

TEST_CASE("nodes keep the order of the file over all sections") {
    const Checked checked{
        "[sinks.z]\ntype = \"t\"\ninputs = [\"a\"]\n[sources.a]\ntype = \"t\"\n"
        "[sinks.b]\ntype = \"t\"\ninputs = [\"a\"]\n"};
    Lines ids;
    for (const NodeSpec& node : checked.spec.nodes) {
        ids.push_back(node.id);
    }
    CHECK(ids == Lines{"z", "a", "b"});
}

TEST_CASE("every node has a type") {
    CHECK(Checked{"[sources.a]\nx = 1\n[sinks.b]\ntype = 5\ninputs = [\"a\"]\n"}.problems() ==
          Lines{"1:1 sources.a: missing key 'type' (the node type that a plugin provides); add "
                "type = \"…\"",
                "4:8 sinks.b.type: expected a string, such as type = \"csv\"; found the integer "
                "5"});
    CHECK(Checked{"[sources.a]\ntype = \"\"\n[sinks.b]\ntype = \"t\"\ninputs = [\"a\"]\n"}
              .problems() == Lines{"2:8 sources.a.type: must not be empty; name a node type"});
}

TEST_CASE("transforms and sinks have inputs, sources have none") {
    CHECK(transform("") ==
          Lines{"1:1 transforms.t: missing key 'inputs' (the nodes that feed this transform); add "
                "inputs = [\"…\"]"});
    CHECK(source("inputs = [\"x\"]") ==
          Lines{"3:1 sources.feed.inputs: a source has no inputs; remove the key"});
}

TEST_CASE("inputs are a list or a table of node names") {
    CHECK(transform("inputs = []") ==
          Lines{"3:10 transforms.t.inputs: must not be empty; expected " + input_forms});
    CHECK(transform("inputs = {}") ==
          Lines{"3:10 transforms.t.inputs: must not be empty; expected " + input_forms});
    CHECK(transform("inputs = \"feed\"") ==
          Lines{"3:10 transforms.t.inputs: expected " + input_forms +
                "; put the string into brackets: [\"feed\"]"});
    CHECK(transform("inputs = 5") ==
          Lines{"3:10 transforms.t.inputs: expected " + input_forms + "; found the integer 5"});
    CHECK(transform("inputs = [\"feed\", 5]") ==
          Lines{"3:19 transforms.t.inputs: expected the string \"node\" or \"node.port\"; found "
                "the integer 5"});
    CHECK(transform("inputs = { a = [\"feed\"] }") ==
          Lines{"3:16 transforms.t.inputs: expected the string \"node\" or \"node.port\"; found "
                "an array"});
    CHECK(transform("inputs = { A-b = \"feed\" }") ==
          Lines{"3:12 transforms.t.inputs.A-b: an input's name is made of a-z, 0-9 and '_', and "
                "begins with a letter"});
}

TEST_CASE("an input names a node, and perhaps a port, by id") {
    for (const auto* wrong : {"Feed", "feed.", ".minute", "feed.a.b", "fe ed", ""}) {
        CHECK(transform("inputs = [\"" + std::string{wrong} + "\"]") ==
              Lines{"3:11 transforms.t.inputs: expected the string \"node\" or \"node.port\", in "
                    "lower case; found the string \"" +
                    std::string{wrong} + "\""});
    }
    CHECK(transform("inputs = [\"sources.feed.minute\"]") ==
          Lines{"3:11 transforms.t.inputs: inputs name nodes by their id alone; write "
                "\"feed.minute\""});
}

TEST_CASE("no input stands twice in a list") {
    CHECK(transform("inputs = [\"feed\", \"feed.a\", \"feed\"]") ==
          Lines{"3:29 transforms.t.inputs: 'feed' is listed twice; remove one of the two"});
    CHECK(transform("inputs = { a = \"feed\", b = \"feed\" }").empty());
}

TEST_CASE("a queue's settings are checked") {
    const std::string inputs = "inputs = [\"feed\"]\n";
    CHECK(transform(inputs + "queue = 5") ==
          Lines{"4:9 transforms.t.queue: expected a table; found the integer 5"});
    CHECK(
        transform(inputs + "queue = { batches = 0, bytes = \"0B\", when_full = \"drop_oldst\" }") ==
        Lines{"4:21 transforms.t.queue.batches: must be between 1 and 1000000; found the integer "
              "0",
              "4:32 transforms.t.queue.bytes: must be at least 1B; found the string \"0B\"",
              "4:50 transforms.t.queue.when_full: must be one of 'block', 'drop_oldest', "
              "'drop_newest', 'conflate', 'spill'; found the string \"drop_oldst\" (drop_oldest)"});
    CHECK(transform(inputs + "queue = { batch = 1 }") ==
          Lines{"4:11 transforms.t.queue.batch: unknown option (batches)"});
    CHECK(source("queue = {}") ==
          Lines{"3:1 sources.feed.queue: a source has no inputs that could queue; set the queue "
                "of the nodes behind it"});
}

TEST_CASE("retry's settings are checked, also against one another") {
    CHECK(source("retry = { attempts = -1 }") ==
          Lines{"3:22 sources.feed.retry.attempts: must be between 0 and 1000000; found the "
                "integer -1"});
    CHECK(source("retry = { initial = \"1m\", max = \"1s\" }") ==
          Lines{"3:21 sources.feed.retry.initial: must not be longer than 'max', 1s"});
    CHECK(source("retry = { initial = \"1m\" }") ==
          Lines{"3:21 sources.feed.retry.initial: must not be longer than 'max', 30s"});
    CHECK(source("retry = { max = \"50ms\" }") ==
          Lines{"3:9 sources.feed.retry.initial: must not be longer than 'max', 50ms"});
    CHECK(source("retry = true") == Lines{"3:9 sources.feed.retry: expected a table; found true"});
}

TEST_CASE("on_error is stop or isolate") {
    CHECK(source("on_error = \"Isolate\"") ==
          Lines{"3:12 sources.feed.on_error: must be one of 'stop', 'isolate'; found the string "
                "\"Isolate\" (isolate)"});
}

TEST_CASE("journal is a reserved key of sources") {
    CHECK(source("journal = false").empty());
    CHECK(source("journal = true").empty());
    CHECK(source("journal = \"yes\"") ==
          Lines{"3:11 sources.feed.journal: expected true or false, such as journal = false; "
                "found the string \"yes\""});
    CHECK(transform("inputs = [\"feed\"]\njournal = false") ==
          Lines{"4:1 transforms.t.journal: the key applies to sources only; remove it"});
}

TEST_CASE("ids are lower_snake and unique over all sections") {
    CHECK(Checked{source_with("[sources.Feed-2]\ntype = \"t\"")}.problems() ==
          Lines{"3:1 sources.Feed-2: 'Feed-2' is no id; ids are made of a-z, 0-9 and '_', and "
                "begin with a letter"});
    const Checked twice{source_with("[transforms.out]\ntype = \"t\"\ninputs = [\"feed\"]\n")};
    CHECK(twice.problems() ==
          Lines{"7:1 sinks.out: the id 'out' is already that of transforms.out on line 3; ids are "
                "unique over sources, transforms and sinks"});
    CHECK(twice.spec.nodes.size() == 2);
}

TEST_CASE("a node is a table") {
    CHECK(Checked{source_with("[sources]\nother = \"x\"\n[[transforms.many]]\n")}.problems() ==
          Lines{"4:1 sources.other: expected a table, written [sources.other]; found the string "
                "\"x\"",
                "5:1 transforms.many: expected a table, written [transforms.many]; found an "
                "array"});
}
