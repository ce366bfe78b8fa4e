#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "log/log.hpp"
#include "runtime/checkpoint_store.hpp"
#include "runtime/plan.hpp"

namespace tsflow {

/// Checks that a stored checkpoint fits the plan that is to go on from it. Throws Error when it holds the
/// state of a node that the file no longer has or that is of another type now: going on would lose
/// what only that state tells. Warns of nodes that are new since.
void check_fits(const StoredCheckpoint& checkpoint, const Plan& plan, Log& log);

}  // namespace tsflow
