#pragma once

#include <vector>

#include "runtime/plan.hpp"

namespace tsflow {

/// What a row may count on, for each path from a source to a sink. Where there are very many paths, one
/// for each pair of source and sink: the weakest.
std::vector<PathGuarantee> guarantees(const Plan& plan);

}  // namespace tsflow
