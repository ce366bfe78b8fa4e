#pragma once

#include <string>
#include <vector>

#include "tsflow/plugin.hpp"

namespace tsflow {

/// Which rules for node types `type` breaks, one clause each: names in lower_snake and none of the
/// host's own, everything documented, defaults and examples that the option itself would accept, an
/// example (or a choice) for each required option. Empty when all is right.
std::vector<std::string> broken_rules(const NodeType& type);

}  // namespace tsflow
