#pragma once

#include "expr.hpp"

namespace tsflow::filter {

/// `expr`, or the constant or the operand that it always equals. Throws ConfigError for a constant that
/// cannot be computed: a division by zero, an integer out of range.
ExprPtr fold(Expr expr);

/// Whether `a comparison b` holds; both hold the same alternative.
bool holds(Comparison comparison, const Constant& a, const Constant& b);

}  // namespace tsflow::filter
