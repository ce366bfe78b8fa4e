#pragma once

#include <exception>
#include <memory>

#include "config/pipeline_spec.hpp"
#include "plugins/registry.hpp"
#include "tsflow/node.hpp"

namespace tsflow {

/// Makes the node of one table: finds its type, converts its options, constructs it. Null when that
/// fails, which has been reported.
std::unique_ptr<Node> make_node(const NodeSpec& spec, const std::filesystem::path& base,
                                const Registry& registry, Diagnostics& diagnostics);

/// Reports what a node threw while it was made or bound; a ConfigError at the option that it names.
void report(const NodeSpec& spec, const std::exception& thrown, Diagnostics& diagnostics);

}  // namespace tsflow
