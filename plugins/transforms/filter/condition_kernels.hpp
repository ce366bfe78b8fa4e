#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel.hpp"
#include "tsflow/symbol.hpp"

// The kernels that compute a truth a row; for conditions.cpp alone.
namespace tsflow::filter {

template <class T, class Test>
class Compare final : public Condition {
public:
    Compare(OperandPtr<T> a, OperandPtr<T> b) : a_(std::move(a)), b_(std::move(b)) {}
    const std::uint8_t* evaluate(const Chunk& chunk) override {
        const std::size_t rows = chunk.rows;
        const Values<T> a = a_->evaluate(chunk);
        const Values<T> b = b_->evaluate(chunk);
        for (std::size_t i = 0; i < rows; ++i) {
            truth_[i] = Test{}(a.data[i], b.data[i]) ? yes : no;
        }
        mask(truth_.data(), a.valid, rows);
        mask(truth_.data(), b.valid, rows);
        return truth_.data();
    }

private:
    OperandPtr<T> a_, b_;
    Buffer<std::uint8_t> truth_;
};

/// `Held` owns what `T` may only look at: a std::string for a std::string_view.
template <class T, class Held, class Test>
class CompareConstant final : public Condition {
public:
    CompareConstant(OperandPtr<T> a, Held b) : a_(std::move(a)), b_(std::move(b)) {}
    const std::uint8_t* evaluate(const Chunk& chunk) override {
        const std::size_t rows = chunk.rows;
        const Values<T> a = a_->evaluate(chunk);
        const T b{b_};
        for (std::size_t i = 0; i < rows; ++i) {
            truth_[i] = Test{}(a.data[i], b) ? yes : no;
        }
        mask(truth_.data(), a.valid, rows);
        return truth_.data();
    }

private:
    OperandPtr<T> a_;
    Held b_;
    Buffer<std::uint8_t> truth_;
};

/// A test of one value against constants, row by row: texts, and lists.
template <class T, class Test>
class Tested final : public Condition {
public:
    Tested(OperandPtr<T> a, Test test) : a_(std::move(a)), test_(std::move(test)) {}
    const std::uint8_t* evaluate(const Chunk& chunk) override {
        const std::size_t rows = chunk.rows;
        const Values<T> a = a_->evaluate(chunk);
        for (std::size_t i = 0; i < rows; ++i) {
            truth_[i] = test_(a.data[i]) ? yes : no;
        }
        mask(truth_.data(), a.valid, rows);
        return truth_.data();
    }

private:
    OperandPtr<T> a_;
    Test test_;
    Buffer<std::uint8_t> truth_;
};

/// Any test of a symbol against constants: made once for each symbol there is, then looked up by code.
class SymbolTest final : public Condition {
public:
    using Test = std::function<bool(std::string_view)>;
    SymbolTest(OperandPtr<std::int32_t> codes, Test test)
        : codes_(std::move(codes)), test_(std::move(test)) {}
    const std::uint8_t* evaluate(const Chunk& chunk) override {
        const std::size_t rows = chunk.rows;
        const Values<std::int32_t> codes = codes_->evaluate(chunk);
        std::int32_t greatest = 0;
        for (std::size_t i = 0; i < rows; ++i) {
            greatest = std::max(greatest, codes.data[i]);
        }
        while (of_code_.size() <= static_cast<std::size_t>(greatest)) {
            const auto code = static_cast<std::int32_t>(of_code_.size());
            of_code_.push_back(test_(Symbol::from_code(code).text()) ? yes : no);
        }
        const std::uint8_t* of_code = of_code_.data();
        for (std::size_t i = 0; i < rows; ++i) {
            truth_[i] = of_code[codes.data[i]];
        }
        mask(truth_.data(), codes.valid, rows);
        return truth_.data();
    }

private:
    OperandPtr<std::int32_t> codes_;
    Test test_;
    std::vector<std::uint8_t> of_code_;
    Buffer<std::uint8_t> truth_;
};

class BooleanColumn final : public Condition {
public:
    explicit BooleanColumn(std::size_t column) : column_(column) {}
    const std::uint8_t* evaluate(const Chunk& chunk) override {
        const std::size_t rows = chunk.rows;
        const bool* values = chunk.batch.column<bool>(column_).data() + chunk.first;
        for (std::size_t i = 0; i < rows; ++i) {
            truth_[i] = values[i] ? yes : no;
        }
        if (chunk.batch.has_nulls(column_)) {
            for (std::size_t i = 0; i < rows; ++i) {
                truth_[i] = chunk.batch.is_null(column_, chunk.first + i) ? std::uint8_t{unknown}
                                                                          : truth_[i];
            }
        }
        return truth_.data();
    }

private:
    std::size_t column_;
    Buffer<std::uint8_t> truth_;
};

class Same final : public Condition {
public:
    Same(ConditionPtr a, ConditionPtr b) : a_(std::move(a)), b_(std::move(b)) {}
    const std::uint8_t* evaluate(const Chunk& chunk) override {
        const std::size_t rows = chunk.rows;
        const std::uint8_t* a = a_->evaluate(chunk);
        const std::uint8_t* b = b_->evaluate(chunk);
        for (std::size_t i = 0; i < rows; ++i) {
            const std::uint8_t same = a[i] == b[i] ? yes : no;
            truth_[i] = a[i] == unknown || b[i] == unknown ? std::uint8_t{unknown} : same;
        }
        return truth_.data();
    }

private:
    ConditionPtr a_, b_;
    Buffer<std::uint8_t> truth_;
};

class Constantly final : public Condition {
public:
    explicit Constantly(bool value) { truth_.fill(value ? yes : no); }
    const std::uint8_t* evaluate(const Chunk&) override { return truth_.data(); }

private:
    Buffer<std::uint8_t> truth_;
};

class Not final : public Condition {
public:
    explicit Not(ConditionPtr operand) : operand_(std::move(operand)) {}
    const std::uint8_t* evaluate(const Chunk& chunk) override {
        const std::size_t rows = chunk.rows;
        const std::uint8_t* in = operand_->evaluate(chunk);
        for (std::size_t i = 0; i < rows; ++i) {
            truth_[i] = static_cast<std::uint8_t>(yes - in[i]);
        }
        return truth_.data();
    }

private:
    ConditionPtr operand_;
    Buffer<std::uint8_t> truth_;
};

/// `and` (the least truth) or `or` (the greatest); stops where no row can change any more.
template <bool is_and>
class Chain final : public Condition {
public:
    explicit Chain(std::vector<ConditionPtr> operands) : operands_(std::move(operands)) {}
    const std::uint8_t* evaluate(const Chunk& chunk) override {
        const std::size_t rows = chunk.rows;
        const std::uint8_t* first = operands_.front()->evaluate(chunk);
        std::copy(first, first + rows, truth_.begin());
        for (std::size_t k = 1; k < operands_.size() && open(rows); ++k) {
            const std::uint8_t* next = operands_[k]->evaluate(chunk);
            for (std::size_t i = 0; i < rows; ++i) {
                const std::uint8_t a = truth_[i];
                const std::uint8_t b = next[i];
                truth_[i] = (is_and ? a < b : a > b) ? a : b;
            }
        }
        return truth_.data();
    }

private:
    bool open(std::size_t rows) const {
        constexpr std::uint8_t decided = is_and ? no : yes;
        std::uint8_t differs = 0;
        for (std::size_t i = 0; i < rows; ++i) {
            differs |= static_cast<std::uint8_t>(truth_[i] ^ decided);
        }
        return differs != 0;
    }

    std::vector<ConditionPtr> operands_;
    Buffer<std::uint8_t> truth_;
};

template <class T>
class IsNull final : public Condition {
public:
    explicit IsNull(OperandPtr<T> operand) : operand_(std::move(operand)) {}
    const std::uint8_t* evaluate(const Chunk& chunk) override {
        const std::size_t rows = chunk.rows;
        const std::uint8_t* valid = operand_->evaluate(chunk).valid;
        for (std::size_t i = 0; i < rows; ++i) {
            truth_[i] = valid == nullptr || valid[i] != 0 ? no : yes;
        }
        return truth_.data();
    }

private:
    OperandPtr<T> operand_;
    Buffer<std::uint8_t> truth_;
};

class IsUnknown final : public Condition {
public:
    explicit IsUnknown(ConditionPtr operand) : operand_(std::move(operand)) {}
    const std::uint8_t* evaluate(const Chunk& chunk) override {
        const std::size_t rows = chunk.rows;
        const std::uint8_t* in = operand_->evaluate(chunk);
        for (std::size_t i = 0; i < rows; ++i) {
            truth_[i] = in[i] == unknown ? yes : no;
        }
        return truth_.data();
    }

private:
    ConditionPtr operand_;
    Buffer<std::uint8_t> truth_;
};

}  // namespace tsflow::filter
