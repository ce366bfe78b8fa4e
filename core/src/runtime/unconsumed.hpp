#pragma once

#include "runtime/graph.hpp"
#include "runtime/plan.hpp"

namespace tsflow {

/// True when an error may have hidden inputs, so that nodes only seem unconsumed: one of syntax, of a
/// section, of a whole node or of its inputs. Asked before the inputs are resolved.
bool may_hide_inputs(const Diagnostics& diagnostics);

/// Warns of nodes and outputs whose rows nobody takes: most likely a slip, but harmless.
void warn_of_unconsumed(const Plan& plan, const Graph& graph, Diagnostics& diagnostics);

}  // namespace tsflow
