#include <cstring>
#include <exception>
#include <span>

#include <fmt/format.h>

#include "cli/args.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/external.hpp"
#include "cli/terminal.hpp"
#include "plugins/inspect.hpp"
#include "tsflow/error.hpp"

namespace {

using namespace tsflow;
using namespace tsflow::cli;

struct Execute {
    int operator()(const Finished& finished) const {
        (finished.code == exit_ok ? print : print_error)(finished.text);
        return finished.code;
    }
    int operator()(const RunArgs& args) const { return run(args); }
    int operator()(const ValidateArgs& args) const { return validate(args); }
    int operator()(const GraphArgs& args) const { return graph(args); }
    int operator()(const ListPluginsArgs& args) const { return list_plugins(args); }
    int operator()(const DescribePluginArgs& args) const { return describe_plugin(args); }
    int operator()(const PluginSchemaArgs& args) const { return plugin_schema(args); }
    int operator()(const NewPluginArgs& args) const { return new_plugin(args); }
    int operator()(const DlqArgs& args) const { return dlq(args); }
    int operator()(const JournalArgs& args) const { return journal(args); }
    int operator()(const TopArgs& args) const { return top(args); }
    int operator()(const TapArgs& args) const { return tap(args); }
    int operator()(const ExplainArgs& args) const { return explain(args); }
};

bool is_own_command(const char* name) {
    for (const char* own : {"run", "validate", "graph", "plugins", "new", "dlq", "journal", "top",
                            "tap", "explain"}) {
        if (std::strcmp(name, own) == 0) {
            return true;
        }
    }
    return false;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc >= 3 && std::strcmp(argv[1], inspect_command) == 0) {
        return inspect_libraries(std::span(argv + 2, argv + argc));
    }
    try {
        if (argc > 1 && !is_own_command(argv[1])) {
            if (const auto program = find_external(argv[1])) {
                execute_external(*program, argv + 1);
            }
        }
        return std::visit(Execute{}, parse_args(argc, argv, external_commands()));
    } catch (const ConfigError& error) {
        print_error(fmt::format("error: {}\n", error.what()));
        return exit_config;
    } catch (const std::exception& error) {
        print_error(fmt::format("error: {}\n", error.what()));
        return exit_failed;
    }
}
