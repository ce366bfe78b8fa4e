#include "operands.hpp"

#include <cmath>
#include <string>
#include <utility>

namespace tsflow::filter {

namespace {

constexpr std::int64_t day_ns = 86'400'000'000'000;

const std::uint8_t* validity(const Chunk& chunk, std::size_t column, Buffer<std::uint8_t>& valid) {
    if (!chunk.batch.has_nulls(column)) {
        return nullptr;
    }
    for (std::size_t i = 0; i < chunk.rows; ++i) {
        valid[i] = chunk.batch.is_null(column, chunk.first + i) ? 0 : 1;
    }
    return valid.data();
}

/// A column read in place: `C` is its type, `T` the number that it is made of.
template <class T, class C>
class Column final : public Operand<T> {
    static_assert(sizeof(T) == sizeof(C));

public:
    explicit Column(std::size_t column) : column_(column) {}
    Values<T> evaluate(const Chunk& chunk) override {
        const C* values = chunk.batch.column<C>(column_).data() + chunk.first;
        return {reinterpret_cast<const T*>(values), validity(chunk, column_, valid_)};
    }

private:
    std::size_t column_;
    Buffer<std::uint8_t> valid_;
};

class StringValues final : public Operand<std::string_view> {
public:
    explicit StringValues(std::size_t column) : column_(column) {}
    Values<std::string_view> evaluate(const Chunk& chunk) override {
        const std::size_t rows = chunk.rows;
        const StringColumn texts = chunk.batch.strings(column_);
        for (std::size_t i = 0; i < rows; ++i) {
            values_[i] = texts[chunk.first + i];
        }
        return {values_.data(), validity(chunk, column_, valid_)};
    }

private:
    std::size_t column_;
    Buffer<std::string_view> values_;
    Buffer<std::uint8_t> valid_;
};

class SymbolTexts final : public Operand<std::string_view> {
public:
    explicit SymbolTexts(std::size_t column) : column_(column) {}
    Values<std::string_view> evaluate(const Chunk& chunk) override {
        const std::size_t rows = chunk.rows;
        const Symbol* symbols = chunk.batch.column<Symbol>(column_).data() + chunk.first;
        for (std::size_t i = 0; i < rows; ++i) {
            values_[i] = symbols[i].text();
        }
        return {values_.data(), validity(chunk, column_, valid_)};
    }

private:
    std::size_t column_;
    Buffer<std::string_view> values_;
    Buffer<std::uint8_t> valid_;
};

/// A constant beside a computed value in arithmetic; comparisons take theirs without this detour.
template <class T>
class Repeated final : public Operand<T> {
public:
    explicit Repeated(T value) { values_.fill(value); }
    Values<T> evaluate(const Chunk&) override { return {values_.data(), nullptr}; }

private:
    Buffer<T> values_;
};

/// Applies `F`, `bool(T a, T b, T& result)`, which returns false where the result is null.
template <class T, class F>
class Binary final : public Operand<T> {
public:
    Binary(OperandPtr<T> a, OperandPtr<T> b) : a_(std::move(a)), b_(std::move(b)) {}
    Values<T> evaluate(const Chunk& chunk) override {
        const std::size_t rows = chunk.rows;
        const Values<T> a = a_->evaluate(chunk);
        const Values<T> b = b_->evaluate(chunk);
        std::uint8_t all = 1;
        for (std::size_t i = 0; i < rows; ++i) {
            const auto defined = static_cast<std::uint8_t>(F{}(a.data[i], b.data[i], values_[i]));
            valid_[i] = defined;
            all &= defined;
        }
        for (const std::uint8_t* valid : {a.valid, b.valid}) {
            if (valid != nullptr) {
                all = 0;
                for (std::size_t i = 0; i < rows; ++i) {
                    valid_[i] &= valid[i];
                }
            }
        }
        return {values_.data(), all != 0 ? nullptr : valid_.data()};
    }

private:
    OperandPtr<T> a_, b_;
    Buffer<T> values_;
    Buffer<std::uint8_t> valid_;
};

/// Applies `F`, `bool(From a, To& result)`, likewise.
template <class To, class From, class F>
class Unary final : public Operand<To> {
public:
    explicit Unary(OperandPtr<From> operand) : operand_(std::move(operand)) {}
    Values<To> evaluate(const Chunk& chunk) override {
        const std::size_t rows = chunk.rows;
        const Values<From> in = operand_->evaluate(chunk);
        std::uint8_t all = 1;
        for (std::size_t i = 0; i < rows; ++i) {
            const auto defined = static_cast<std::uint8_t>(F{}(in.data[i], values_[i]));
            valid_[i] = defined;
            all &= defined;
        }
        if (in.valid != nullptr) {
            all = 0;
            for (std::size_t i = 0; i < rows; ++i) {
                valid_[i] &= in.valid[i];
            }
        }
        return {values_.data(), all != 0 ? nullptr : valid_.data()};
    }

private:
    OperandPtr<From> operand_;
    Buffer<To> values_;
    Buffer<std::uint8_t> valid_;
};

struct Add {
    bool operator()(double a, double b, double& r) const { return r = a + b, true; }
    bool operator()(std::int64_t a, std::int64_t b, std::int64_t& r) const {
        return !__builtin_add_overflow(a, b, &r);
    }
};
struct Subtract {
    bool operator()(double a, double b, double& r) const { return r = a - b, true; }
    bool operator()(std::int64_t a, std::int64_t b, std::int64_t& r) const {
        return !__builtin_sub_overflow(a, b, &r);
    }
};
struct Multiply {
    bool operator()(double a, double b, double& r) const { return r = a * b, true; }
    bool operator()(std::int64_t a, std::int64_t b, std::int64_t& r) const {
        return !__builtin_mul_overflow(a, b, &r);
    }
};
struct Divide {
    bool operator()(double a, double b, double& r) const { return r = a / b, b != 0; }
};
struct Negate {
    bool operator()(double a, double& r) const { return r = -a, true; }
    bool operator()(std::int64_t a, std::int64_t& r) const {
        return !__builtin_sub_overflow(std::int64_t{0}, a, &r);
    }
};
struct Absolute {
    bool operator()(double a, double& r) const { return r = std::abs(a), true; }
    bool operator()(std::int64_t a, std::int64_t& r) const {
        return a < 0 ? !__builtin_sub_overflow(std::int64_t{0}, a, &r) : (r = a, true);
    }
};
struct ToReal {
    bool operator()(std::int64_t a, double& r) const { return r = static_cast<double>(a), true; }
};
struct ToTimestamp {
    bool operator()(std::int32_t days, std::int64_t& r) const {
        return !__builtin_mul_overflow(std::int64_t{days}, day_ns, &r);
    }
};

/// Those operations that integers and reals share.
template <class T>
OperandPtr<T> arithmetic(const Expr& expr, OperandPtr<T> (*compile)(const Expr&)) {
    const auto operand = [&](std::size_t i) { return compile(*expr.operands[i]); };
    switch (expr.op) {
        case Op::constant:
            return std::make_unique<Repeated<T>>(std::get<T>(expr.value));
        case Op::negate:
            return std::make_unique<Unary<T, T, Negate>>(operand(0));
        case Op::absolute:
            return std::make_unique<Unary<T, T, Absolute>>(operand(0));
        case Op::add:
            return std::make_unique<Binary<T, Add>>(operand(0), operand(1));
        case Op::subtract:
            return std::make_unique<Binary<T, Subtract>>(operand(0), operand(1));
        default:
            return std::make_unique<Binary<T, Multiply>>(operand(0), operand(1));
    }
}

}  // namespace

OperandPtr<std::int64_t> compile_integer(const Expr& expr) {
    if (expr.op == Op::column) {
        if (expr.type == Type::timestamp) {
            return std::make_unique<Column<std::int64_t, Timestamp>>(expr.column);
        }
        return std::make_unique<Column<std::int64_t, std::int64_t>>(expr.column);
    }
    if (expr.op == Op::to_timestamp) {
        return std::make_unique<Unary<std::int64_t, std::int32_t, ToTimestamp>>(
            compile_code(*expr.operands[0]));
    }
    return arithmetic(expr, &compile_integer);
}

OperandPtr<double> compile_real(const Expr& expr) {
    if (expr.op == Op::column) {
        return std::make_unique<Column<double, double>>(expr.column);
    }
    if (expr.op == Op::to_real) {
        return std::make_unique<Unary<double, std::int64_t, ToReal>>(
            compile_integer(*expr.operands[0]));
    }
    if (expr.op == Op::divide) {
        return std::make_unique<Binary<double, Divide>>(compile_real(*expr.operands[0]),
                                                        compile_real(*expr.operands[1]));
    }
    return arithmetic(expr, &compile_real);
}

OperandPtr<std::int32_t> compile_code(const Expr& expr) {
    if (expr.type == Type::symbol) {
        return std::make_unique<Column<std::int32_t, Symbol>>(expr.column);
    }
    return std::make_unique<Column<std::int32_t, Date>>(expr.column);
}

OperandPtr<std::string_view> compile_text(const Expr& expr) {
    if (expr.type == Type::symbol) {
        return std::make_unique<SymbolTexts>(expr.column);
    }
    return std::make_unique<StringValues>(expr.column);
}

}  // namespace tsflow::filter
