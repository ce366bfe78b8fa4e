#include <catch2/catch.hpp>

#include "problems.hpp"
#include "tsflow/options.hpp"

using namespace tsflow;
using namespace tsflow::testing;

namespace {

struct Config {
    Secret password;
    std::string table;
};

/// All that is shown of a sink with the secret option `password` and these lines.
std::string shown(const std::string& lines) {
    Options<Config> options;
    options.required("password", &Config::password, "Password of the database");
    options.optional("table", &Config::table, "A table");
    Checked checked{"[sources.feed]\ntype = \"t\"\n[sinks.s]\ntype = \"t\"\ninputs = [\"feed\"]\n" +
                    lines + "\n"};
    convert_options(options.list(), checked.node("s").options, "sinks.s", "/", checked.diagnostics);
    const std::string text = checked.diagnostics.to_text(false) + checked.diagnostics.to_json();
    CHECK(text.find("hunter") == std::string::npos);
    return checked.diagnostics.to_text(false);
}

}  // namespace

TEST_CASE("a secret of the wrong type is not shown") {
    CHECK(shown("password = [\"hunter2\"]") ==
          "p.toml:6:12: error: sinks.s.password: expected a string, such as password = "
          "\"${PASSWORD}\"; found an array\n"
          "    6 | password = …\n"
          "      |            ^\n");
}

TEST_CASE("a secret beside an error on its line is not shown") {
    CHECK(shown("password = \"hunter2\"").empty());
    Options<Config> options;
    options.required("password", &Config::password, "Password");
    Checked checked{
        "[sources]\nfeed = { type = \"t\", password = \"hunter2\", rows = 1 }\n"
        "[sinks.s]\ntype = \"t\"\ninputs = [\"feed\"]\n"};
    convert_options(options.list(), checked.node("feed").options, "sources.feed", "/",
                    checked.diagnostics);
    CHECK(checked.diagnostics.to_text(false) ==
          "p.toml:2:44: error: sources.feed.rows: unknown option; the options are 'password'\n"
          "    2 | feed = { type = \"t\", password = …\n"
          "      |                                 ^\n");
}

TEST_CASE("a misspelt secret is not shown either") {
    CHECK(shown("pasword = \"hunter2\"") ==
          "p.toml:6:1: error: sinks.s.pasword: unknown option; did you mean 'password'?\n"
          "    6 | pasword = …\n"
          "      | ^\n");
    CHECK(shown("pw = \"hunter2\"").find("    6 | pw = …\n") != std::string::npos);
}

TEST_CASE("a secret that could not be filled in is not shown") {
    CHECK(shown("password = \"hunter2${\"").find("password = …") != std::string::npos);
}

TEST_CASE("a missing secret is asked for from the environment") {
    CHECK(shown("").find("missing option 'password' (Password of the database); add password = "
                         "\"${PASSWORD}\"") != std::string::npos);
}
