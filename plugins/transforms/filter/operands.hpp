#pragma once

#include <cstdint>
#include <string_view>

#include "expr.hpp"
#include "kernel.hpp"

namespace tsflow::filter {

/// The kernels that compute values. `int32_t` serves dates and, for symbol columns, codes.
OperandPtr<std::int64_t> compile_integer(const Expr& expr);
OperandPtr<double> compile_real(const Expr& expr);
OperandPtr<std::int32_t> compile_code(const Expr& expr);
OperandPtr<std::string_view> compile_text(const Expr& expr);

}  // namespace tsflow::filter
