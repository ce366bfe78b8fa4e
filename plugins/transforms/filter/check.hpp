#pragma once

#include "ast.hpp"
#include "expr.hpp"
#include "tsflow/schema.hpp"

namespace tsflow::filter {

/// Looks up the columns of `ast` in `schema`, checks kinds and units, reads dates written as texts and
/// folds constants. The result is a condition. Throws ConfigError at the byte that is wrong.
ExprPtr check(const Ast& ast, const Schema& schema);

}  // namespace tsflow::filter
