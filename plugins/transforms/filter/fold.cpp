#include "fold.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "lexer.hpp"
#include "tsflow/error.hpp"

namespace tsflow::filter {

namespace {

constexpr std::int64_t day_ns = 86'400'000'000'000;

[[noreturn]] void out_of_range(const Expr& expr) {
    throw ConfigError(option, "the result of this constant expression is out of range",
                      expr.offset);
}

double real(const ExprPtr& expr) {
    return std::get<double>(expr->value);
}
std::int64_t integer(const ExprPtr& expr) {
    return std::get<std::int64_t>(expr->value);
}
bool truth(const ExprPtr& expr) {
    return std::get<bool>(expr->value);
}

std::int64_t integer_result(const Expr& expr) {
    const std::int64_t a = integer(expr.operands.front());
    const std::int64_t b = expr.operands.size() > 1 ? integer(expr.operands[1]) : 0;
    std::int64_t result = 0;
    bool overflow = false;
    switch (expr.op) {
        case Op::add:
            overflow = __builtin_add_overflow(a, b, &result);
            break;
        case Op::subtract:
            overflow = __builtin_sub_overflow(a, b, &result);
            break;
        case Op::multiply:
            overflow = __builtin_mul_overflow(a, b, &result);
            break;
        case Op::to_timestamp:
            overflow = __builtin_mul_overflow(a, day_ns, &result);
            break;
        case Op::negate:
            overflow = __builtin_sub_overflow(std::int64_t{0}, a, &result);
            break;
        default:  // absolute
            overflow = a < 0 ? __builtin_sub_overflow(std::int64_t{0}, a, &result) : false;
            result = a < 0 ? result : a;
            break;
    }
    if (overflow) {
        out_of_range(expr);
    }
    return result;
}

double real_result(const Expr& expr) {
    if (expr.op == Op::to_real) {
        return static_cast<double>(integer(expr.operands.front()));
    }
    const double a = real(expr.operands.front());
    const double b = expr.operands.size() > 1 ? real(expr.operands[1]) : 0;
    double result = 0;
    switch (expr.op) {
        case Op::add:
            result = a + b;
            break;
        case Op::subtract:
            result = a - b;
            break;
        case Op::multiply:
            result = a * b;
            break;
        case Op::divide:
            if (b == 0) {
                throw ConfigError(option, "this divides by zero", expr.offset);
            }
            result = a / b;
            break;
        case Op::negate:
            result = -a;
            break;
        default:
            result = std::abs(a);
            break;
    }
    if (!std::isfinite(result)) {
        out_of_range(expr);
    }
    return result;
}

bool boolean_result(const Expr& expr) {
    const Constant& first = expr.operands.front()->value;
    switch (expr.op) {
        case Op::compare:
            return holds(expr.comparison, first, expr.operands[1]->value);
        case Op::in:
            return std::binary_search(expr.list.begin(), expr.list.end(), first);
        case Op::starts_with:
            return std::get<std::string>(first).starts_with(
                std::get<std::string>(expr.operands[1]->value));
        case Op::is_null:
            return false;
        default:  // logic_not
            return !std::get<bool>(first);
    }
}

/// `false and x` is false and `true and x` is x, whatever x is; `or` the other way round.
ExprPtr fold_chain(Expr expr) {
    const bool decisive = expr.op == Op::logic_or;
    std::vector<ExprPtr> open;
    for (ExprPtr& operand : expr.operands) {
        if (!operand->is_constant()) {
            open.push_back(std::move(operand));
        } else if (truth(operand) == decisive) {
            return operand;
        }
    }
    if (open.empty()) {
        return std::make_shared<Expr>(Expr{.offset = expr.offset, .value = !decisive});
    }
    if (open.size() == 1) {
        return open.front();
    }
    expr.operands = std::move(open);
    return std::make_shared<Expr>(std::move(expr));
}

}  // namespace

bool holds(Comparison comparison, const Constant& a, const Constant& b) {
    switch (comparison) {
        case Comparison::equal:
            return a == b;
        case Comparison::unequal:
            return a != b;
        case Comparison::less:
            return a < b;
        case Comparison::less_equal:
            return a <= b;
        case Comparison::greater:
            return a > b;
        default:
            return a >= b;
    }
}

ExprPtr fold(Expr expr) {
    if (expr.op == Op::logic_and || expr.op == Op::logic_or) {
        return fold_chain(std::move(expr));
    }
    if (expr.op == Op::is_null && expr.operands.front()->op == Op::column &&
        !expr.operands.front()->nullable) {
        return std::make_shared<Expr>(Expr{.offset = expr.offset, .value = false});
    }
    const bool constant =
        !expr.operands.empty() && std::all_of(expr.operands.begin(), expr.operands.end(),
                                              [](const ExprPtr& e) { return e->is_constant(); });
    if (!constant) {
        return std::make_shared<Expr>(std::move(expr));
    }
    Expr result{.kind = expr.kind, .offset = expr.offset};
    if (expr.kind == Kind::boolean) {
        result.value = boolean_result(expr);
    } else if (expr.kind == Kind::real) {
        result.value = real_result(expr);
    } else {
        result.value = integer_result(expr);
    }
    return std::make_shared<Expr>(std::move(result));
}

}  // namespace tsflow::filter
