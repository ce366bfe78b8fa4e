#pragma once

#include "runtime/graph.hpp"
#include "runtime/plan.hpp"

namespace tsflow {

/// Makes the nodes of `plan`, binds them in order, and fills inputs, outputs, consumers and upstream.
/// `graph` holds the feeders by index into `plan.nodes`, which are in topological order. A node whose
/// feeders could not be bound is made but not bound, without a further report.
void bind_nodes(Plan& plan, Graph& graph, const Registry& registry, Diagnostics& diagnostics);

}  // namespace tsflow
