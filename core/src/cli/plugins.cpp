#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/terminal.hpp"
#include "config/diagnostics.hpp"
#include "plugins/describe.hpp"
#include "plugins/load_plugins.hpp"

namespace tsflow::cli {
namespace {

std::string describe_as(const RegisteredType& type, DescribePluginArgs::Form form) {
    using Form = DescribePluginArgs::Form;
    switch (form) {
        case Form::sample:
            return describe_sample(type.type);
        case Form::markdown:
            return describe_markdown(type);
        case Form::json:
            return tsflow::describe_json(type.type);
        case Form::text:
            break;
    }
    return describe_text(type);
}

}  // namespace

int list_plugins(const ListPluginsArgs& args) {
    const Registry registry = load_plugins(default_search(args.plugin_dirs));
    print(args.format == TextFormat::json ? list_json(registry) : list_text(registry));
    return exit_ok;
}

int describe_plugin(const DescribePluginArgs& args) {
    const Registry registry = load_plugins(default_search(args.plugin_dirs));
    if (const RegisteredType* type = registry.find(args.type)) {
        print(describe_as(*type, args.form));
        return exit_ok;
    }
    const std::string near = nearest(args.type, registry.names());
    print_error(
        fmt::format("error: there is no node type '{}'{}; `tsflow plugins list` shows all\n",
                    args.type, near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
    return exit_usage;
}

int plugin_schema(const PluginSchemaArgs& args) {
    print(pipeline_schema(load_plugins(default_search(args.plugin_dirs))));
    return exit_ok;
}

}  // namespace tsflow::cli
