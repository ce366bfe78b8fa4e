#pragma once

#include "cli/args.hpp"

namespace tsflow::cli {

/// Runs the plan, or with `replay` its dead letters, with progress, signals and summary; returns the exit
/// code.
int execute(Plan& plan, const Registry& registry, const RunArgs& args, const LetterFilter* replay);

}  // namespace tsflow::cli
