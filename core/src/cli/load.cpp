#include "cli/load.hpp"

#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "config/file_text.hpp"
#include "plugins/load_plugins.hpp"
#include "tsflow/error.hpp"

namespace tsflow::cli {
namespace {

/// The process's environment wins over the env file, as with other tools that read such files: what
/// was set by hand for this one run is meant.
Environment make_environment(const FileArgs& args) {
    std::map<std::string, std::string> from_file;
    if (args.env_file) {
        for (auto& [name, value] : read_env_file(*args.env_file)) {
            from_file[name] = std::move(value);
        }
    }
    return
        [variables = std::move(from_file)](const std::string& name) -> std::optional<std::string> {
            if (const char* value = std::getenv(name.c_str())) {
                return value;
            }
            if (const auto found = variables.find(name); found != variables.end()) {
                return found->second;
            }
            return std::nullopt;
        };
}

std::set<std::string> types_of(const PipelineSpec& spec) {
    std::set<std::string> types{"filter"};  // a tap of the running pipeline may ask for it
    for (const NodeSpec& node : spec.nodes) {
        if (!node.type.empty()) {
            types.insert(node.type);
        }
    }
    return types;
}

}  // namespace

Parsed parse(const FileArgs& args) try {
    const Environment environment = make_environment(args);
    const std::string text = read_file_text(args.file);
    Parsed parsed{Diagnostics(args.file.string(), text), {}};
    parsed.spec = parse_pipeline(text, args.file, environment, args.overrides, parsed.diagnostics);
    return parsed;
} catch (const ConfigError&) {
    throw;
} catch (const Error& error) {
    throw ConfigError(error.what());
}

Loaded load(const FileArgs& args, Writes writes) try {
    Parsed parsed = parse(args);
    PluginSearch search = default_search(args.plugin_dirs);
    search.remember = writes == Writes::something;
    Loaded loaded{load_plugins(search, types_of(parsed.spec)), std::move(parsed.diagnostics), {}};
    loaded.plan = make_plan(std::move(parsed.spec), loaded.registry, loaded.diagnostics);
    return loaded;
} catch (const ConfigError&) {
    throw;
} catch (const Error& error) {
    throw ConfigError(error.what());
}

}  // namespace tsflow::cli
