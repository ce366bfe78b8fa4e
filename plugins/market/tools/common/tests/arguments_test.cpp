#include "tool/arguments.hpp"

#include <catch2/catch.hpp>

using namespace tsflow::tool;
using Catch::Matchers::Contains;

namespace {

Arguments parse(const std::vector<std::string>& argv) {
    return {argv, {{"--format"}, {"--output", true, "-o"}, {"--replace", false}}};
}

}  // namespace

TEST_CASE("options and words come in any order") {
    const Arguments arguments =
        parse({"import", "--format", "json", "a.csv", "-o", "x", "--replace", "--", "--b"});
    CHECK(arguments.words() == std::vector<std::string>{"import", "a.csv", "--b"});
    CHECK(arguments.value("--format") == "json");
    CHECK(arguments.value("--output") == "x");
    CHECK(arguments.has("--replace"));
    CHECK_FALSE(arguments.has("--help"));
    CHECK(parse({"-h"}).has("--help"));
}

TEST_CASE("a value may follow an equals sign, be empty, and be given again") {
    CHECK(parse({"--output=a=b"}).value("--output") == "a=b");
    CHECK(parse({"--output="}).value("--output", "x").empty());
    CHECK(parse({"--output", "a", "--output", "b"}).value("--output") == "b");
    CHECK(parse({"--output", "a", "-o", "b"}).values("--output") ==
          std::vector<std::string>{"a", "b"});
    CHECK(parse({"a"}).values("--output").empty());
    CHECK(parse({}).value("--output", "x") == "x");
    CHECK(parse({"-"}).words() == std::vector<std::string>{"-"});
}

TEST_CASE("a choice has a default and refuses others") {
    CHECK(parse({}).choice("--format", {"text", "json"}) == "text");
    CHECK(parse({"--format", "json"}).choice("--format", {"text", "json"}) == "json");
    CHECK_THROWS_WITH(parse({"--format", "xml"}).choice("--format", {"text", "json"}),
                      "'xml' is none of text|json, which '--format' may be");
}

TEST_CASE("a wrong command line is told") {
    CHECK_THROWS_WITH(parse({"--formt", "x"}),
                      "there is no option '--formt'; did you mean '--format'?");
    CHECK_THROWS_WITH(parse({"-x"}), Contains("there is no option '-x'"));
    CHECK_THROWS_WITH(parse({"--output"}), "the value of '--output' is missing");
    CHECK_THROWS_WITH(parse({"--replace=1"}), "the option '--replace' takes no value");
}
