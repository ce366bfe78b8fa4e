#pragma once

#include <string>
#include <vector>

#include "tsflow/plugin.hpp"

namespace tsflow {

/// The host's own keys, beside `type`, in the table of a node of this kind.
std::vector<std::string> host_keys(NodeKind kind);

}  // namespace tsflow
