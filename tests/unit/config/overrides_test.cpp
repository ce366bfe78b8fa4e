#include <catch2/catch.hpp>

#include "problems.hpp"

using namespace tsflow;
using namespace tsflow::testing;

namespace {

Value overridden(const std::string& written, const std::string& value) {
    const Checked checked{source_with(written), {{"A", "from A"}}, {{"sources.feed.x", value}}};
    REQUIRE(checked.problems().empty());
    return *checked.node("feed").options.find("x");
}

Lines refused(const std::string& path, const std::string& value = "1") {
    return Checked{source_with("x = 1"), {}, {{path, value}}}.problems();
}

}  // namespace

TEST_CASE("--set replaces a value, read as TOML or else as a string") {
    CHECK(std::get<std::int64_t>(overridden("x = 1", "2").data) == 2);
    CHECK(std::get<bool>(overridden("x = 1", "true").data));
    CHECK(*overridden("x = 1", "dow30").text() == "dow30");
    CHECK(*overridden("x = 1", "\"5\"").text() == "5");
    CHECK(*overridden("x = 1", "").text() == "");
    CHECK(*overridden("x = 1", "1, 2").text() == "1, 2");
    CHECK(overridden("x = 1", "[\"a\", \"b\"]").array()->size() == 2);
    CHECK(std::get<Value::DateTime>(overridden("x = 1", "2016-04-15").data).text == "2016-04-15");
}

TEST_CASE("--set adds what is missing, and reaches into tables") {
    CHECK(*overridden("", "new").text() == "new");
    const Checked checked{source_with("x = { y = 1 }"),
                          {},
                          {{"sources.feed.x.y", "2"},
                           {"sources.feed.a.b.c", "3"},
                           {"pipeline.name", "night"},
                           {"sinks.more.type", "csv"},
                           {"sinks.more.inputs", "[\"feed\"]"}}};
    REQUIRE(checked.problems().empty());
    const Value& options = checked.node("feed").options;
    CHECK(std::get<std::int64_t>(options.find("x")->find("y")->data) == 2);
    CHECK(std::get<std::int64_t>(options.find("a")->find("b")->find("c")->data) == 3);
    CHECK(checked.spec.name == "night");
    CHECK(checked.spec.nodes.back().id == "more");
}

TEST_CASE("of two overrides of one value the later wins") {
    const Checked checked{
        source_with("x = 1"), {}, {{"sources.feed.x", "2"}, {"sources.feed.x", "3"}}};
    CHECK(std::get<std::int64_t>(checked.node("feed").options.find("x")->data) == 3);
}

TEST_CASE("an override is filled in like the file, and makes the file's variable needless") {
    CHECK(*overridden("x = \"${NOT_SET}\"", "plain").text() == "plain");
    CHECK(*overridden("x = 1", "${A}").text() == "from A");
}

TEST_CASE("a path that leads nowhere is an error that names --set") {
    const std::string form =
        ": this is no path to a value; write the table's name, a dot and the key, as in "
        "--set sources.NAME.key=value";
    CHECK(refused("x") == Lines{"0:0 --set x" + form});
    CHECK(refused("") == Lines{"0:0 --set " + form});
    CHECK(refused("sources..x") == Lines{"0:0 --set sources..x" + form});
    CHECK(refused("sources.feed.x y") == Lines{"0:0 --set sources.feed.x y" + form});
    CHECK(refused("sources.feed.x.y") ==
          Lines{"0:0 --set sources.feed.x.y: 'sources.feed.x' is an integer, so that nothing can "
                "be set inside it"});
    CHECK(refused("source.feed.x") == Lines{"0:0 --set source: unknown section (sources)"});
    CHECK(refused("sources.fed.x") ==
          Lines{"0:0 --set sources.fed: the file has no such node, and without a 'type' none can "
                "be made (feed)"});
}

TEST_CASE("a wrong value is reported as that of --set") {
    CHECK(refused("pipeline.idle_timeout", "5") ==
          Lines{"0:0 --set pipeline.idle_timeout: expected a duration with a unit (ns, us, ms, s, "
                "m, h, d), such as idle_timeout = \"30s\"; found the integer 5"});
    CHECK(refused("pipeline.idle", "5") ==
          Lines{"0:0 --set pipeline.idle: unknown option; the options are 'name', 'state_dir', "
                "'checkpoint_interval', 'shutdown_timeout', 'idle_timeout'"});
    CHECK(refused("sinks.out.inputs", "feed") ==
          Lines{"0:0 --set sinks.out.inputs: expected a list such as inputs = [\"node\", "
                "\"node.port\"], or a table of named inputs such as inputs = { left = \"node\", "
                "right = \"other.port\" }; put the string into brackets: [\"feed\"]"});
}
