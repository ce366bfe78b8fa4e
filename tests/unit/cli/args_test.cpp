#include <catch2/catch.hpp>

#include "cli/args.hpp"

using namespace tsflow;
using namespace tsflow::cli;

namespace {

Command parse(std::vector<const char*> words) {
    words.insert(words.begin(), "tsflow");
    return parse_args(static_cast<int>(words.size()), words.data(), {"universe"});
}

std::string refused(const std::vector<const char*>& words) {
    const Command command = parse(words);
    REQUIRE(std::holds_alternative<Finished>(command));
    CHECK(std::get<Finished>(command).code == 2);
    return std::get<Finished>(command).text;
}

}  // namespace

TEST_CASE("run takes a file and its flags") {
    const Command command =
        parse({"run", "a.toml", "--dry-run", "--env-file", ".env", "--set", "sources.a.rows=5",
               "--set", "pipeline.name=x=y", "--plugin-dir", "p", "--log-format", "json",
               "--log-level", "warning", "--no-progress"});
    REQUIRE(std::holds_alternative<RunArgs>(command));
    const auto& args = std::get<RunArgs>(command);
    CHECK(args.file == "a.toml");
    CHECK(args.dry_run);
    CHECK(args.env_file == std::filesystem::path(".env"));
    REQUIRE(args.overrides.size() == 2);
    CHECK(args.overrides[0].path == "sources.a.rows");
    CHECK(args.overrides[1].value == "x=y");
    CHECK(args.plugin_dirs == std::vector<std::filesystem::path>{"p"});
    CHECK(args.log_format == LogFormat::json);
    CHECK(args.log_level == Level::warning);
    CHECK_FALSE(args.progress);
    CHECK(std::get<RunArgs>(parse({"run", "a.toml"})).progress);
}

TEST_CASE("--set and --plugin-dir do not swallow the file") {
    const auto args =
        std::get<RunArgs>(parse({"run", "--set", "a.b=1", "--plugin-dir", "p", "a.toml"}));
    CHECK(args.file == "a.toml");
}

TEST_CASE("Each command is understood") {
    CHECK(std::get<ValidateArgs>(parse({"validate", "a.toml", "--online", "--format", "json"}))
              .online);
    CHECK(std::get<GraphArgs>(parse({"graph", "a.toml", "--format", "dot"})).format ==
          GraphFormat::dot);
    CHECK(std::holds_alternative<ListPluginsArgs>(parse({"plugins", "list"})));
    CHECK(std::get<DescribePluginArgs>(parse({"plugins", "describe", "csv", "--sample"})).form ==
          DescribePluginArgs::Form::sample);
    CHECK(std::holds_alternative<PluginSchemaArgs>(parse({"plugins", "schema"})));
    const auto made = std::get<NewPluginArgs>(parse({"new", "plugin", "x", "--kind", "sink"}));
    CHECK(made.name == "x");
    CHECK(made.kind == NodeKind::sink);
}

TEST_CASE("Help lists the commands, those from outside too, and the exit codes") {
    const auto help = std::get<Finished>(parse({"--help"}));
    CHECK(help.code == 0);
    for (const char* word : {"run", "validate", "graph", "plugins", "new", "universe", "78"}) {
        CHECK(help.text.find(word) != std::string::npos);
    }
    CHECK(std::get<Finished>(parse({"run", "--help"})).text.find("--dry-run") != std::string::npos);
    CHECK(std::get<Finished>(parse({"--version"})).text.find("tsflow ") == 0);
}

TEST_CASE("A mistake is named and ends with 2") {
    CHECK(refused({}).find("subcommand is required") != std::string::npos);
    CHECK(refused({"run"}).find("FILE is required") != std::string::npos);
    CHECK(refused({"run", "a.toml", "--log-level", "loud"}).find("'loud' is none of") !=
          std::string::npos);
    CHECK(refused({"run", "a.toml", "--set", "novalue"}).find("'novalue' is not of the form") !=
          std::string::npos);
    CHECK(refused({"vallidate"}) ==
          "error: there is no command 'vallidate'; did you mean "
          "'validate'? `tsflow --help` lists all\n");
    CHECK(refused({"xyzzy"}) == "error: there is no command 'xyzzy'; `tsflow --help` lists all\n");
    CHECK(refused({"plugins", "describe", "csv", "--sample", "--json"}) != "");
}
