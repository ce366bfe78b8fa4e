#pragma once

#include "expr.hpp"
#include "kernel.hpp"

namespace tsflow::filter {

/// The kernels of a checked condition.
ConditionPtr compile_condition(const Expr& expr);

}  // namespace tsflow::filter
