#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "tsflow/schema.hpp"

namespace tsflow::filter {

/// What a subexpression is. Texts are string and symbol columns alike.
enum class Kind : std::uint8_t { boolean, integer, real, text, timestamp, date };

enum class Op : std::uint8_t {
    constant,
    column,
    to_real,       ///< integer → real
    to_timestamp,  ///< date → timestamp at 00:00 UTC
    negate,
    absolute,
    add,
    subtract,
    multiply,
    divide,  ///< of reals only; by zero it gives null
    compare,
    in,
    starts_with,
    is_null,
    logic_not,
    logic_and,
    logic_or,
};

enum class Comparison : std::uint8_t { equal, unequal, less, less_equal, greater, greater_equal };

/// A constant: int64 also for timestamps (ns) and dates (days).
using Constant = std::variant<bool, std::int64_t, double, std::string>;

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

/// A typed expression: names resolved, operands of equal kind, constants folded.
struct Expr {
    Op op = Op::constant;
    Kind kind = Kind::boolean;
    std::size_t offset = 0;           ///< byte in the text, for messages
    std::string unit = {};            ///< empty: none or unknown
    Constant value = false;           ///< of a constant
    std::vector<Constant> list = {};  ///< of `in`: sorted, without repeats
    std::size_t column = 0;           ///< of a column
    Type type = Type::boolean;        ///< of a column
    bool nullable = false;            ///< of a column
    Comparison comparison = Comparison::equal;
    std::vector<ExprPtr> operands = {};

    bool is_constant() const noexcept { return op == Op::constant; }
};

}  // namespace tsflow::filter
