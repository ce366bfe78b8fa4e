#include "check.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "fold.hpp"
#include "lexer.hpp"
#include "tsflow/error.hpp"
#include "tsflow/time.hpp"

namespace tsflow::filter {

namespace {

[[noreturn]] void fail(std::size_t offset, const std::string& message) {
    throw ConfigError(option, message, offset);
}

Kind kind_of(Type type) {
    switch (type) {
        case Type::boolean:
            return Kind::boolean;
        case Type::int64:
            return Kind::integer;
        case Type::float64:
            return Kind::real;
        case Type::timestamp:
            return Kind::timestamp;
        case Type::date:
            return Kind::date;
        default:
            return Kind::text;
    }
}

bool is_number(const Expr& expr) {
    return expr.kind == Kind::integer || expr.kind == Kind::real;
}
bool is_time(const Expr& expr) {
    return expr.kind == Kind::timestamp || expr.kind == Kind::date;
}
bool is_literal_text(const Expr& expr) {
    return expr.is_constant() && expr.kind == Kind::text;
}

std::string in_brackets(const std::string& unit) {
    return unit.empty() ? "" : " [" + unit + "]";
}

std::string kind_text(Kind kind) {
    switch (kind) {
        case Kind::boolean:
            return "a condition";
        case Kind::integer:
        case Kind::real:
            return "a number";
        case Kind::text:
            return "a text";
        case Kind::timestamp:
            return "a timestamp";
        default:
            return "a date";
    }
}

ExprPtr unary(Op op, Kind kind, ExprPtr operand) {
    Expr expr{.op = op, .kind = kind, .offset = operand->offset};
    expr.unit = kind == Kind::boolean ? "" : operand->unit;
    expr.operands.push_back(std::move(operand));
    return fold(std::move(expr));
}

ExprPtr as_real(ExprPtr expr) {
    return expr->kind == Kind::integer ? unary(Op::to_real, Kind::real, std::move(expr)) : expr;
}

ExprPtr negated_if(bool negated, ExprPtr expr) {
    return negated ? unary(Op::logic_not, Kind::boolean, std::move(expr)) : expr;
}

/// A text constant read as the kind of time it stands beside.
ExprPtr as_time(const ExprPtr& text, Kind kind) {
    const std::string& written = std::get<std::string>(text->value);
    Expr result{.kind = kind, .offset = text->offset};
    if (kind == Kind::date) {
        const std::optional<Date> date = parse_date(written);
        if (!date) {
            fail(text->offset, "\"" + written + "\" is no date; write it as \"2016-04-15\"");
        }
        result.value = std::int64_t{date->time_since_epoch().count()};
    } else {
        const std::optional<Timestamp> time = parse_timestamp(written);
        if (!time) {
            fail(text->offset, "\"" + written +
                                   "\" is no timestamp; write it as \"2016-04-15T13:30:00Z\" or "
                                   "\"2016-04-15\"");
        }
        result.value = std::int64_t{time->time_since_epoch().count()};
    }
    return std::make_shared<Expr>(std::move(result));
}

class Checker {
public:
    explicit Checker(const Schema& schema) : schema_(schema) {}

    ExprPtr run(const Ast& ast) const {
        switch (ast.form) {
            case Form::truth:
                return constant(ast, Kind::boolean, ast.integer != 0);
            case Form::integer:
                return constant(ast, Kind::integer, ast.integer);
            case Form::real:
                return constant(ast, Kind::real, ast.real);
            case Form::text:
                return constant(ast, Kind::text, ast.text);
            case Form::column:
                return column(ast);
            case Form::call:
                return call(ast);
            case Form::negate:
                return negate(ast);
            case Form::arithmetic:
                return arithmetic(ast);
            case Form::compare:
                return compare(ast, run(ast.operands[0]), run(ast.operands[1]), ast.text);
            case Form::in:
                return membership(ast);
            case Form::between:
                return between(ast);
            case Form::is_null:
                return negated_if(ast.negated,
                                  unary(Op::is_null, Kind::boolean, run(ast.operands[0])));
            case Form::logic_not:
                return unary(Op::logic_not, Kind::boolean, condition(ast.operands[0], "not"));
            default:
                return chain(ast);
        }
    }

    ExprPtr condition(const Ast& ast, std::string_view keyword) const {
        ExprPtr expr = run(ast);
        if (expr->kind != Kind::boolean) {
            fail(expr->offset, "'" + std::string{keyword} + "' needs a condition, and " +
                                   describe(*expr) + " is none; compare it with something");
        }
        return expr;
    }

private:
    static ExprPtr constant(const Ast& ast, Kind kind, Constant value) {
        return std::make_shared<Expr>(
            Expr{.kind = kind, .offset = ast.offset, .value = std::move(value)});
    }

    std::string describe(const Expr& expr) const {
        if (expr.op == Op::column) {
            return "'" + schema_[expr.column].name + "' (" + std::string{to_string(expr.type)} +
                   in_brackets(expr.unit) + ")";
        }
        if (is_literal_text(expr)) {
            return "the text \"" + std::get<std::string>(expr.value) + "\"";
        }
        return kind_text(expr.kind) + in_brackets(expr.unit);
    }

    ExprPtr column(const Ast& ast) const {
        std::size_t index = 0;
        try {
            index = schema_.index(ast.text, option);
        } catch (const ConfigError& error) {
            // The schema knows the nearest name, and only we know the place.
            fail(ast.offset, error.what());
        }
        const Field& field = schema_[index];
        return std::make_shared<Expr>(Expr{.op = Op::column,
                                           .kind = kind_of(field.type),
                                           .offset = ast.offset,
                                           .unit = field.unit,
                                           .column = index,
                                           .type = field.type,
                                           .nullable = field.nullable});
    }

    ExprPtr number(const Ast& ast, const std::string& what) const {
        ExprPtr expr = run(ast);
        if (!is_number(*expr)) {
            fail(expr->offset, what + " needs a number, and " + describe(*expr) + " is none");
        }
        return expr;
    }

    ExprPtr call(const Ast& ast) const {
        const auto arguments = [&](std::size_t count) {
            if (ast.operands.size() != count) {
                fail(ast.offset, "'" + ast.text + "' takes " + std::to_string(count) +
                                     (count == 1 ? " argument" : " arguments") + ", not " +
                                     std::to_string(ast.operands.size()));
            }
        };
        if (ast.text == "abs") {
            arguments(1);
            ExprPtr operand = number(ast.operands[0], "'abs'");
            const Kind kind = operand->kind;
            return unary(Op::absolute, kind, std::move(operand));
        }
        if (ast.text == "starts_with") {
            arguments(2);
            ExprPtr text = run(ast.operands[0]);
            ExprPtr prefix = run(ast.operands[1]);
            if (text->kind != Kind::text) {
                fail(text->offset,
                     "'starts_with' needs a text, and " + describe(*text) + " is none");
            }
            if (!is_literal_text(*prefix)) {
                fail(prefix->offset, "'starts_with' needs the start as a text in quotes");
            }
            Expr expr{.op = Op::starts_with, .offset = ast.offset};
            expr.operands = {std::move(text), std::move(prefix)};
            return fold(std::move(expr));
        }
        fail(ast.offset, "there is no function '" + ast.text + "'; there are abs and starts_with");
    }

    ExprPtr negate(const Ast& ast) const {
        ExprPtr operand = number(ast.operands[0], "'-'");
        const Kind kind = operand->kind;
        return unary(Op::negate, kind, std::move(operand));
    }

    ExprPtr arithmetic(const Ast& ast) const {
        ExprPtr a = run(ast.operands[0]);
        ExprPtr b = run(ast.operands[1]);
        const char sign = ast.text[0];
        Expr expr{.kind = Kind::integer, .offset = ast.offset};
        expr.op = sign == '+'   ? Op::add
                  : sign == '-' ? Op::subtract
                  : sign == '*' ? Op::multiply
                                : Op::divide;
        if (a->kind == Kind::timestamp && b->kind == Kind::timestamp && sign == '-') {
            expr.unit = "ns";
            expr.operands = {std::move(a), std::move(b)};
            return fold(std::move(expr));
        }
        for (const ExprPtr& operand : {a, b}) {
            if (!is_number(*operand)) {
                fail(operand->offset,
                     "'" + ast.text + "' needs numbers, and " + describe(*operand) + " is none");
            }
        }
        expr.unit = arithmetic_unit(ast, *a, *b);
        if (sign == '/' || a->kind != b->kind) {
            a = as_real(std::move(a));
            b = as_real(std::move(b));
        }
        expr.kind = a->kind;
        expr.operands = {std::move(a), std::move(b)};
        return fold(std::move(expr));
    }

    /// Sums keep the unit that both have; a product or quotient with a constant keeps the other's; of
    /// any other product or quotient the unit is not known.
    std::string arithmetic_unit(const Ast& ast, const Expr& a, const Expr& b) const {
        if (ast.text == "+" || ast.text == "-") {
            if (!a.unit.empty() && !b.unit.empty() && a.unit != b.unit) {
                fail(ast.offset,
                     "cannot " +
                         (ast.text == "+" ? "add " + describe(b) + " to " + describe(a)
                                          : "subtract " + describe(b) + " from " + describe(a)) +
                         ": their units differ");
            }
            return a.unit.empty() ? b.unit : a.unit;
        }
        if (b.is_constant()) {
            return a.unit;
        }
        return ast.text == "*" && a.is_constant() ? b.unit : std::string{};
    }

    /// Brings both sides to one kind, or says why that cannot be.
    void unify(std::size_t offset, ExprPtr& a, ExprPtr& b) const {
        if (is_time(*a) && is_literal_text(*b)) {
            b = as_time(b, a->kind);
        } else if (is_time(*b) && is_literal_text(*a)) {
            a = as_time(a, b->kind);
        } else if (is_time(*a) && is_time(*b) && a->kind != b->kind) {
            ExprPtr& date = a->kind == Kind::date ? a : b;
            date = unary(Op::to_timestamp, Kind::timestamp, date);
        } else if (is_number(*a) && is_number(*b)) {
            if (!a->unit.empty() && !b->unit.empty() && a->unit != b->unit) {
                fail(offset, "cannot compare " + describe(*a) + " with " + describe(*b) +
                                 ": their units differ");
            }
            if (a->kind != b->kind) {
                a = as_real(std::move(a));
                b = as_real(std::move(b));
            }
        } else if (a->kind != b->kind) {
            fail(offset, "cannot compare " + describe(*a) + " with " + describe(*b));
        }
    }

    ExprPtr compare(const Ast& ast, ExprPtr a, ExprPtr b, std::string_view sign) const {
        unify(ast.offset, a, b);
        Expr expr{.op = Op::compare, .offset = ast.offset};
        expr.comparison = sign == "="    ? Comparison::equal
                          : sign == "!=" ? Comparison::unequal
                          : sign == "<"  ? Comparison::less
                          : sign == "<=" ? Comparison::less_equal
                          : sign == ">"  ? Comparison::greater
                                         : Comparison::greater_equal;
        if (a->kind == Kind::boolean && expr.comparison != Comparison::equal &&
            expr.comparison != Comparison::unequal) {
            fail(ast.offset, "conditions have no order; compare them with '=' or '!='");
        }
        if (a->is_constant() && !b->is_constant()) {
            std::swap(a, b);
            expr.comparison = mirrored(expr.comparison);
        }
        expr.operands = {std::move(a), std::move(b)};
        return fold(std::move(expr));
    }

    static Comparison mirrored(Comparison comparison) {
        switch (comparison) {
            case Comparison::less:
                return Comparison::greater;
            case Comparison::less_equal:
                return Comparison::greater_equal;
            case Comparison::greater:
                return Comparison::less;
            case Comparison::greater_equal:
                return Comparison::less_equal;
            default:
                return comparison;
        }
    }

    ExprPtr membership(const Ast& ast) const {
        ExprPtr value = run(ast.operands[0]);
        if (value->kind == Kind::boolean) {
            fail(value->offset,
                 "'in' needs a number, a text or a time, and " + describe(*value) + " is none");
        }
        std::vector<ExprPtr> items;
        for (std::size_t i = 1; i < ast.operands.size(); ++i) {
            ExprPtr item = run(ast.operands[i]);
            if (!item->is_constant()) {
                fail(item->offset, "a list holds constants only");
            }
            unify(item->offset, value, item);
            items.push_back(std::move(item));
        }
        Expr expr{.op = Op::in, .offset = ast.offset};
        for (ExprPtr& item : items) {
            // A decimal further right in the list has made the value a real one.
            expr.list.push_back((value->kind == Kind::real ? as_real(item) : item)->value);
        }
        std::sort(expr.list.begin(), expr.list.end());
        expr.list.erase(std::unique(expr.list.begin(), expr.list.end()), expr.list.end());
        expr.operands = {std::move(value)};
        return negated_if(ast.negated, fold(std::move(expr)));
    }

    ExprPtr between(const Ast& ast) const {
        const ExprPtr value = run(ast.operands[0]);
        Expr both{.op = Op::logic_and, .offset = ast.offset};
        both.operands = {compare(ast, value, run(ast.operands[1]), ">="),
                         compare(ast, value, run(ast.operands[2]), "<=")};
        return negated_if(ast.negated, fold(std::move(both)));
    }

    ExprPtr chain(const Ast& ast) const {
        const bool is_and = ast.form == Form::logic_and;
        Expr expr{.op = is_and ? Op::logic_and : Op::logic_or, .offset = ast.offset};
        for (const Ast& operand : ast.operands) {
            expr.operands.push_back(condition(operand, is_and ? "and" : "or"));
        }
        return fold(std::move(expr));
    }

    const Schema& schema_;
};

}  // namespace

ExprPtr check(const Ast& ast, const Schema& schema) {
    return Checker{schema}.condition(ast, "where");
}

}  // namespace tsflow::filter
