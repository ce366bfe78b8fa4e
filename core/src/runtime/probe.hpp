#pragma once

#include "config/diagnostics.hpp"
#include "runtime/plan.hpp"

namespace tsflow {

/// `validate --online`: lets every node look, read-only, whether what it connects to is there and fits.
/// What does not is added to `diagnostics` at the node's place, and so is what the node logs as error or
/// warning meanwhile.
void probe(Plan& plan, Diagnostics& diagnostics);

}  // namespace tsflow
