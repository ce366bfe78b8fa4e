#pragma once

#include <string_view>

#include "ast.hpp"

namespace tsflow::filter {

/// Reads an expression:
///
///     or        := and { "or" and }                      and := not { "and" not }
///     not       := "not" not | predicate
///     predicate := sum [ comparison sum
///                      | ["not"] "in" "[" constant { "," constant } "]"
///                      | ["not"] "between" sum "and" sum
///                      | "is" ["not"] "null" ]
///     sum       := product { ("+" | "-") product }       product := unary { ("*" | "/") unary }
///     unary     := "-" unary | primary
///     primary   := number | text | "true" | "false" | name | name "(" or { "," or } ")" | "(" or ")"
///
/// Throws ConfigError at the token that does not fit.
Ast parse(std::string_view expression);

}  // namespace tsflow::filter
