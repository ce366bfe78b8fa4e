#pragma once

#include <optional>

#include "cli/args.hpp"
#include "config/diagnostics.hpp"
#include "plugins/registry.hpp"
#include "runtime/plan.hpp"

namespace tsflow::cli {

/// A pipeline file as it is written, for commands that need no plugins.
struct Parsed {
    Diagnostics diagnostics;
    PipelineSpec spec;
};

/// Reads the file and its variables. Throws as load() does.
Parsed parse(const FileArgs& args);

/// A pipeline file on its way to a run.
struct Loaded {
    Registry registry;
    Diagnostics diagnostics;
    Plan plan;  ///< to be run only when there are no errors
};

/// Whether a command may leave anything behind, such as the memory of inspected plugins.
enum class Writes { something, nothing };

/// Reads the file and its variables, loads the plugins, plans. Problems of the file are in the
/// diagnostics; throws ConfigError for what is around it (no such file, --env-file or --plugin-dir).
Loaded load(const FileArgs& args, Writes writes);

}  // namespace tsflow::cli
