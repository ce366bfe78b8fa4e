#include <catch2/catch.hpp>

#include "problems.hpp"

using namespace tsflow;
using namespace tsflow::testing;

namespace {

/// The option `x` of a source, written `x = "text"`.
std::string filled(const std::string& text, std::map<std::string, std::string> variables) {
    const Checked checked{source_with("x = \"" + text + "\""), std::move(variables)};
    REQUIRE(checked.problems().empty());
    return *checked.node("feed").options.find("x")->text();
}

Lines refused(const std::string& text) {
    return Checked{source_with("x = \"" + text + "\""), {{"SET", "s"}}}.problems();
}

}  // namespace

TEST_CASE("variables are filled into strings") {
    CHECK(filled("${A}", {{"A", "one"}}) == "one");
    CHECK(filled("<${A}-${B_2}>", {{"A", "one"}, {"B_2", "two"}}) == "<one-two>");
    CHECK(filled("${A}", {{"A", ""}}).empty());
}

TEST_CASE("a default stands in for a variable that is unset or empty") {
    CHECK(filled("${A:-b c:-d}", {}) == "b c:-d");
    CHECK(filled("${A:-b}", {{"A", ""}}) == "b");
    CHECK(filled("${A:-b}", {{"A", "a"}}) == "a");
    CHECK(filled("${A:-}", {}).empty());
}

TEST_CASE("two dollars are one, and a dollar without a brace is itself") {
    CHECK(filled("$${A}", {}) == "${A}");
    CHECK(filled("pa$$word", {}) == "pa$word");
    CHECK(filled("$5 and $A $", {}) == "$5 and $A $");
    CHECK(filled("$$$${A}", {}) == "$${A}");
}

TEST_CASE("what was filled in is not looked at again") {
    CHECK(filled("${A}", {{"A", "${B} $$"}}) == "${B} $$");
}

TEST_CASE("strings are filled in everywhere: in lists, inputs, types, names") {
    const Checked checked{
        "[pipeline]\nname = \"${NAME}\"\n"
        "[sources.feed]\ntype = \"${TYPE}\"\nlist = [\"a\", \"${NAME}\"]\nt = { u = \"${NAME}\" }\n"
        "[sinks.out]\ntype = \"t\"\ninputs = [\"${FEED}\"]\n",
        {{"NAME", "prod"}, {"TYPE", "generator"}, {"FEED", "feed.minute"}}};
    REQUIRE(checked.problems().empty());
    CHECK(checked.spec.name == "prod");
    CHECK(checked.node("feed").type == "generator");
    CHECK(*checked.node("feed").options.find("list")->array()->at(1).text() == "prod");
    CHECK(*checked.node("feed").options.find("t")->find("u")->text() == "prod");
    CHECK(checked.node("out").inputs.at(0).port == "minute");
}

TEST_CASE("keys are not filled in") {
    const Checked checked{source_with("\"${A}\" = 1"), {{"A", "a"}}};
    CHECK(checked.node("feed").options.find("${A}") != nullptr);
}

TEST_CASE("a variable that is not set is reported where it is used") {
    CHECK(refused("${SET} ${NOT_SET} ${NOR_THIS}") ==
          Lines{"3:5 sources.feed.x: the environment variable NOT_SET is not set; set it, load it "
                "with --env-file, or write ${NOT_SET:-default}",
                "3:5 sources.feed.x: the environment variable NOR_THIS is not set; set it, load "
                "it with --env-file, or write ${NOR_THIS:-default}"});
    const Checked in_list{source_with("x = [\n  \"a\",\n  \"${NOT_SET}\" ]")};
    CHECK(in_list.problems() ==
          Lines{"5:3 sources.feed.x: the environment variable NOT_SET is not set; set it, load it "
                "with --env-file, or write ${NOT_SET:-default}"});
}

TEST_CASE("a malformed reference is reported") {
    CHECK(refused("a ${SET") ==
          Lines{"3:5 sources.feed.x: a '${' has no '}'; write ${NAME}, or $$ for a dollar sign"});
    CHECK(refused("${}") ==
          Lines{"3:5 sources.feed.x: '${}' names no variable; write ${NAME} or ${NAME:-default}, "
                "or $$ for a dollar sign"});
    CHECK(refused("${1A}") == refused("${SE T}"));
    CHECK(refused("${SET:?x}") ==
          Lines{"3:5 sources.feed.x: what stands in '${…}' is no name of a variable; write ${NAME} "
                "or ${NAME:-default}, or $$ for a dollar sign"});
    CHECK(refused("${A:-${SET}}") ==
          Lines{"3:5 sources.feed.x: the default of A holds a '${'; defaults are plain text"});
}

TEST_CASE("nothing more is said of a value that could not be filled in") {
    const Checked checked{
        "[pipeline]\nidle_timeout = \"${X}\"\n"
        "[sources.feed]\ntype = \"${X}\"\n"
        "[sinks.out]\ntype = \"t\"\ninputs = [\"${X}\", \"feed\"]\nqueue = \"${X}\"\n"
        "[sinks.more]\ntype = \"t\"\ninputs = \"${X}\"\n"};
    Lines places;
    for (const std::string& problem : checked.problems()) {
        places.push_back(problem.substr(0, problem.find(": ")));
    }
    CHECK(places == Lines{"2:16 pipeline.idle_timeout", "4:8 sources.feed.type",
                          "7:11 sinks.out.inputs", "8:9 sinks.out.queue",
                          "11:10 sinks.more.inputs"});
    CHECK(checked.node("out").inputs.size() == 1);
}
