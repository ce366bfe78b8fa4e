#pragma once

#include "config/diagnostics.hpp"
#include "config/pipeline_spec.hpp"
#include "config/value.hpp"

namespace tsflow {

/// Fills the variables into all string values below `root`: `${NAME}`, `${NAME:-default}` (used when
/// NAME is unset or empty), `$$` for one dollar; any other dollar stays. What was filled in is not looked
/// at again. A string that cannot be filled in is reported and marked `broken`.
void interpolate(Value& root, const Environment& environment, Diagnostics& diagnostics);

}  // namespace tsflow
