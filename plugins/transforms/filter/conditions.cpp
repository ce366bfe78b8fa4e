#include "conditions.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "condition_kernels.hpp"
#include "fold.hpp"
#include "operands.hpp"

namespace tsflow::filter {

namespace {

/// Calls `make` with the functor of a comparison.
template <class Make>
ConditionPtr with_test(Comparison comparison, Make make) {
    switch (comparison) {
        case Comparison::equal:
            return make(std::equal_to<>{});
        case Comparison::unequal:
            return make(std::not_equal_to<>{});
        case Comparison::less:
            return make(std::less<>{});
        case Comparison::less_equal:
            return make(std::less_equal<>{});
        case Comparison::greater:
            return make(std::greater<>{});
        default:
            return make(std::greater_equal<>{});
    }
}

template <class T, class Held, class Compile>
ConditionPtr comparison(const Expr& expr, Compile compile) {
    const Expr& right = *expr.operands[1];
    OperandPtr<T> a = compile(*expr.operands[0]);
    return with_test(expr.comparison, [&]<class Test>(Test) -> ConditionPtr {
        if (!right.is_constant()) {
            return std::make_unique<Compare<T, Test>>(std::move(a), compile(right));
        }
        using Stored = std::conditional_t<std::is_same_v<T, std::int32_t>, std::int64_t, Held>;
        return std::make_unique<CompareConstant<T, Held, Test>>(
            std::move(a), static_cast<Held>(std::get<Stored>(right.value)));
    });
}

bool is_symbol(const Expr& expr) {
    return expr.op == Op::column && expr.type == Type::symbol;
}

ConditionPtr compare_texts(const Expr& expr) {
    const Expr& left = *expr.operands[0];
    const Expr& right = *expr.operands[1];
    const bool equality =
        expr.comparison == Comparison::equal || expr.comparison == Comparison::unequal;
    if (is_symbol(left) && right.is_constant()) {
        const std::string& text = std::get<std::string>(right.value);
        if (equality) {
            Expr code = expr;
            code.operands[1] = std::make_shared<Expr>(
                Expr{.kind = Kind::integer, .value = std::int64_t{Symbol::intern(text).code()}});
            return comparison<std::int32_t, std::int32_t>(code, &compile_code);
        }
        return std::make_unique<SymbolTest>(
            compile_code(left),
            [how = expr.comparison, wanted = Constant{text}](std::string_view t) {
                return holds(how, Constant{std::string{t}}, wanted);
            });
    }
    if (is_symbol(left) && is_symbol(right) && equality) {
        return comparison<std::int32_t, std::int32_t>(expr, &compile_code);
    }
    return comparison<std::string_view, std::string>(expr, &compile_text);
}

ConditionPtr compare(const Expr& expr) {
    switch (expr.operands[0]->kind) {
        case Kind::integer:
        case Kind::timestamp:
            return comparison<std::int64_t, std::int64_t>(expr, &compile_integer);
        case Kind::real:
            return comparison<double, double>(expr, &compile_real);
        case Kind::date:
            return comparison<std::int32_t, std::int32_t>(expr, &compile_code);
        case Kind::text:
            return compare_texts(expr);
        default: {
            ConditionPtr same = std::make_unique<Same>(compile_condition(*expr.operands[0]),
                                                       compile_condition(*expr.operands[1]));
            return expr.comparison == Comparison::equal ? std::move(same)
                                                        : std::make_unique<Not>(std::move(same));
        }
    }
}

template <class T>
class Listed {
public:
    explicit Listed(std::vector<T> sorted) : sorted_(std::move(sorted)) {}
    template <class V>
    bool operator()(const V& value) const {
        return std::binary_search(sorted_.begin(), sorted_.end(), value, std::less<>{});
    }

private:
    std::vector<T> sorted_;
};

template <class T, class Held, class Stored>
ConditionPtr member(const Expr& expr, OperandPtr<T> operand) {
    std::vector<Held> items;
    for (const Constant& item : expr.list) {
        items.push_back(static_cast<Held>(std::get<Stored>(item)));
    }
    return std::make_unique<Tested<T, Listed<Held>>>(std::move(operand),
                                                     Listed<Held>{std::move(items)});
}

ConditionPtr membership(const Expr& expr) {
    const Expr& value = *expr.operands[0];
    switch (value.kind) {
        case Kind::real:
            return member<double, double, double>(expr, compile_real(value));
        case Kind::date:
            return member<std::int32_t, std::int32_t, std::int64_t>(expr, compile_code(value));
        case Kind::text:
            if (is_symbol(value)) {
                std::vector<std::string> items;
                for (const Constant& item : expr.list) {
                    items.push_back(std::get<std::string>(item));
                }
                return std::make_unique<SymbolTest>(compile_code(value),
                                                    Listed<std::string>{std::move(items)});
            }
            return member<std::string_view, std::string, std::string>(expr, compile_text(value));
        default:
            return member<std::int64_t, std::int64_t, std::int64_t>(expr, compile_integer(value));
    }
}

ConditionPtr starts_with(const Expr& expr) {
    const Expr& value = *expr.operands[0];
    auto test = [start = std::get<std::string>(expr.operands[1]->value)](std::string_view text) {
        return text.starts_with(start);
    };
    if (is_symbol(value)) {
        return std::make_unique<SymbolTest>(compile_code(value), std::move(test));
    }
    return std::make_unique<Tested<std::string_view, decltype(test)>>(compile_text(value),
                                                                      std::move(test));
}

ConditionPtr is_null(const Expr& value) {
    switch (value.kind) {
        case Kind::boolean:
            return std::make_unique<IsUnknown>(compile_condition(value));
        case Kind::real:
            return std::make_unique<IsNull<double>>(compile_real(value));
        case Kind::date:
            return std::make_unique<IsNull<std::int32_t>>(compile_code(value));
        case Kind::text:
            return std::make_unique<IsNull<std::string_view>>(compile_text(value));
        default:
            return std::make_unique<IsNull<std::int64_t>>(compile_integer(value));
    }
}

}  // namespace

ConditionPtr compile_condition(const Expr& expr) {
    std::vector<ConditionPtr> operands;
    switch (expr.op) {
        case Op::constant:
            return std::make_unique<Constantly>(std::get<bool>(expr.value));
        case Op::column:
            return std::make_unique<BooleanColumn>(expr.column);
        case Op::compare:
            return compare(expr);
        case Op::in:
            return membership(expr);
        case Op::starts_with:
            return starts_with(expr);
        case Op::is_null:
            return is_null(*expr.operands[0]);
        case Op::logic_not:
            return std::make_unique<Not>(compile_condition(*expr.operands[0]));
        default:
            for (const ExprPtr& operand : expr.operands) {
                operands.push_back(compile_condition(*operand));
            }
            if (expr.op == Op::logic_and) {
                return std::make_unique<Chain<true>>(std::move(operands));
            }
            return std::make_unique<Chain<false>>(std::move(operands));
    }
}

}  // namespace tsflow::filter
