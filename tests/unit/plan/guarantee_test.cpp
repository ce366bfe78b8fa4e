#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "nodes.hpp"

using namespace tsflow;
using namespace tsflow::plan_test;

namespace {

/// A source, a transform and a sink with these lines in their tables.
PathGuarantee path(const std::string& source, const std::string& transform, const std::string& sink,
                   bool state_dir = true) {
    const Plan plan = valid(fmt::format(R"({}
[sources.in]
type = "feed"
{}
[transforms.mid]
type = "pass"
inputs = ["in"]
{}
[sinks.out]
type = "store"
inputs = ["mid"]
{}
)",
                                        state_dir ? "[pipeline]\nstate_dir = \"var\"" : "", source,
                                        transform, sink));
    REQUIRE(plan.guarantees.size() == 1);
    CHECK(plan.guarantees[0].path == std::vector<std::size_t>{0, 1, 2});
    return plan.guarantees[0];
}

void check(const PathGuarantee& path, Guarantee guarantee, const std::string& reason) {
    CHECK(to_string(path.guarantee) == to_string(guarantee));
    CHECK(path.reason == reason);
}

}  // namespace

TEST_CASE("with checkpoints, sinks that replace or remove see each row once") {
    check(path("", "", "repeats = \"replaced\""), Guarantee::effectively_once,
          "after a restart sources.in goes on from the last checkpoint, and sinks.out replaces the "
          "rows that it has already, by their key");
    check(path("", "memory = \"restored\"", "repeats = \"removed\""), Guarantee::effectively_once,
          "after a restart sources.in goes on from the last checkpoint, and sinks.out first "
          "removes what it wrote after that");
}

TEST_CASE("a sink that doubles gets rows at least once") {
    check(
        path("", "", "repeats = \"doubled\""), Guarantee::at_least_once,
        "after a restart sources.in goes on from the last checkpoint, and sinks.out keeps what it "
        "wrote after that, so that these rows are there twice");
}

TEST_CASE("without state_dir every run starts from the beginning") {
    check(path("", "memory = \"lost\"", "repeats = \"replaced\"", false),
          Guarantee::effectively_once,
          "without state_dir every run starts from the beginning, and sinks.out replaces the rows "
          "that it has already, by their key");
    check(path("", "", "repeats = \"removed\"", false), Guarantee::effectively_once,
          "without state_dir every run starts from the beginning, and sinks.out starts its target "
          "anew");
    check(path("", "", "repeats = \"doubled\"", false), Guarantee::at_least_once,
          "without state_dir every run starts from the beginning, and sinks.out adds the same rows "
          "again");
}

TEST_CASE("a live source loses what it had received") {
    check(
        path("live = true", "", ""), Guarantee::at_most_once,
        "sources.in is live: rows that it received but that were not committed before a crash are "
        "not asked for again");
    CHECK(path("live = true", "", "repeats = \"doubled\"", false).guarantee ==
          Guarantee::at_most_once);
}

TEST_CASE("a live source with a journal loses nothing that it received") {
    check(
        path("live = true\njournal = true", "", "repeats = \"replaced\""),
        Guarantee::effectively_once,
        "after a restart sources.in goes on from the last checkpoint, from its journal (of which a "
        "power cut may take the last 100ms), and sinks.out replaces the rows that it has already, "
        "by their key");
    check(path("live = true\njournal = { fsync = \"always\" }", "", "repeats = \"doubled\""),
          Guarantee::at_least_once,
          "after a restart sources.in goes on from the last checkpoint, from its journal, and "
          "sinks.out keeps what it wrote after that, so that these rows are there twice");
    check(path("live = true\njournal = { when_full = \"drop_oldest\" }", "", ""),
          Guarantee::at_most_once,
          "the journal of sources.in drops its oldest rows when it is full");
}

TEST_CASE("a queue that goes on on disk loses nothing") {
    check(
        path("", "", "queue = { when_full = \"spill\" }\nrepeats = \"removed\""),
        Guarantee::effectively_once,
        "after a restart sources.in goes on from the last checkpoint, and sinks.out first removes "
        "what it wrote after that");
}

TEST_CASE("a transform without snapshot forgets the rows that it holds") {
    check(path("", "memory = \"lost\"", ""), Guarantee::at_most_once,
          "transforms.mid forgets the rows that it holds at a restart, and its input is not "
          "replayed from the start");
}

TEST_CASE("queues that drop are at most once, and every reason is named") {
    check(path("", "", "queue = { when_full = \"drop_oldest\" }\nrepeats = \"harmless\""),
          Guarantee::at_most_once,
          "the queue in front of sinks.out drops its oldest rows when it is full");
    check(path("", "queue = { when_full = \"conflate\" }",
               "queue = { when_full = \"drop_newest\" }\nrepeats = \"doubled\""),
          Guarantee::at_most_once,
          "the queue in front of transforms.mid keeps only the latest row of each key when it is "
          "full; the queue in front of sinks.out drops new rows when it is full; after a restart "
          "sources.in goes on from the last checkpoint, and sinks.out keeps what it wrote after "
          "that, "
          "so that these rows are there twice");
}

TEST_CASE("a sink that keeps nothing has nothing to lose at a restart") {
    check(path("live = true", "memory = \"lost\"", "repeats = \"harmless\""),
          Guarantee::effectively_once,
          "sinks.out keeps nothing, so that nothing can be missing or doubled");
}

TEST_CASE("every path is judged by itself") {
    const Plan plan = valid(R"(
[pipeline]
state_dir = "var"
[sources.a]
type = "feed"
[transforms.sure]
type = "pass"
inputs = ["a"]
[transforms.hasty]
type = "pass"
inputs = ["a"]
queue = { when_full = "drop_newest" }
[sinks.s]
type = "store"
inputs = ["sure", "hasty"]
)");
    REQUIRE(plan.guarantees.size() == 2);
    CHECK(plan.guarantees[0].guarantee == Guarantee::effectively_once);
    CHECK(plan.guarantees[1].guarantee == Guarantee::at_most_once);
}

TEST_CASE("very many paths are summed up by their ends, with the weakest path") {
    // Twelve diamonds in a row: 4,096 paths; one branch of the seventh forgets.
    std::string toml = "[pipeline]\nstate_dir = \"var\"\n[sources.d0]\ntype = \"feed\"\n";
    for (int i = 0; i < 12; ++i) {
        for (const char* side : {"l", "r"}) {
            toml += fmt::format("[transforms.{}{}]\ntype = \"pass\"\ninputs = [\"d{}\"]\n{}\n",
                                side, i, i, i == 6 && *side == 'r' ? "memory = \"lost\"" : "");
        }
        toml += fmt::format("[transforms.d{0}]\ntype = \"pass\"\ninputs = [\"l{1}\", \"r{1}\"]\n",
                            i + 1, i);
    }
    toml += "[sinks.s]\ntype = \"store\"\ninputs = [\"d12\"]\n";
    toml += "[sinks.t]\ntype = \"store\"\ninputs = [\"d6\"]\n";
    const Plan plan = valid(toml);
    REQUIRE(plan.guarantees.size() == 2);
    CHECK(plan.guarantees[0].guarantee == Guarantee::at_most_once);
    CHECK_THAT(plan.guarantees[0].reason, Catch::StartsWith("transforms.r6 forgets"));
    CHECK(plan.guarantees[0].path.size() == 26);
    CHECK(plan.guarantees[1].guarantee == Guarantee::effectively_once);
}
