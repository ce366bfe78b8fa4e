#include "parser.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "lexer.hpp"
#include "tsflow/error.hpp"

namespace tsflow::filter {

namespace {

// Deep enough for any sane expression, shallow enough for every later recursion over the tree.
constexpr int most_depth = 100;
constexpr std::array<std::string_view, 6> comparisons{"=", "!=", "<=", ">=", "<", ">"};

class Parser {
public:
    explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    Ast run() {
        if (peek().kind == TokenKind::end) {
            fail(peek(), "the expression is empty; write a condition such as close > 100");
        }
        Ast root = alternatives();
        if (peek().kind != TokenKind::end) {
            unexpected("'and', 'or' or the end of the expression");
        }
        return root;
    }

private:
    /// One level of the tree, and of the recursion that reads it, for as long as it lives.
    class Level {
    public:
        explicit Level(Parser& parser) : parser_(parser), outer_(parser.depth_) {}
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        ~Level() { parser_.depth_ = outer_; }
        void deepen() const {
            if (++parser_.depth_ > most_depth) {
                fail(parser_.peek(), "the expression is nested more than 100 levels deep");
            }
        }

    private:
        Parser& parser_;
        int outer_;
    };

    [[noreturn]] static void fail(const Token& token, const std::string& message) {
        throw ConfigError(option, message, token.offset);
    }
    [[noreturn]] void unexpected(const std::string& wanted) const {
        fail(peek(), "expected " + wanted + " but found " + peek().describe());
    }

    const Token& peek() const { return tokens_[at_]; }
    Token take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
    bool accept(std::string_view what) {
        const bool found = peek().is(what);
        at_ += found ? 1 : 0;
        return found;
    }
    void expect(std::string_view what) {
        if (!accept(what)) {
            unexpected("'" + std::string{what} + "'");
        }
    }

    Ast alternatives() { return chain(Form::logic_or, "or", &Parser::conjunction); }
    Ast conjunction() { return chain(Form::logic_and, "and", &Parser::negation); }

    Ast chain(Form form, std::string_view keyword, Ast (Parser::*operand)()) {
        Ast first = (this->*operand)();
        if (!peek().is(keyword)) {
            return first;
        }
        Ast all{.form = form, .offset = peek().offset};
        all.operands.push_back(std::move(first));
        while (accept(keyword)) {
            all.operands.push_back((this->*operand)());
        }
        return all;
    }

    Ast negation() {
        const Token token = peek();
        if (!accept("not")) {
            return predicate();
        }
        const Level level(*this);
        level.deepen();
        Ast result{.form = Form::logic_not, .offset = token.offset};
        result.operands.push_back(negation());
        return result;
    }

    Ast predicate() {
        Ast left = sum();
        const Token token = peek();
        for (std::string_view sign : comparisons) {
            if (accept(sign)) {
                return comparison(std::move(left), token);
            }
        }
        if (accept("is")) {
            Ast result{.form = Form::is_null, .offset = left.offset};
            result.negated = accept("not");
            expect("null");
            result.operands.push_back(std::move(left));
            return result;
        }
        const bool negated = accept("not");
        if (accept("in")) {
            return membership(std::move(left), token, negated);
        }
        if (accept("between")) {
            Ast result{.form = Form::between, .offset = token.offset};
            result.negated = negated;
            result.operands.push_back(std::move(left));
            result.operands.push_back(sum());
            expect("and");
            result.operands.push_back(sum());
            return result;
        }
        if (negated) {
            unexpected("'in' or 'between' after 'not'");
        }
        return left;
    }

    Ast comparison(Ast left, const Token& sign) {
        if (peek().is("null")) {
            fail(peek(), "nothing equals null; write 'is null' or 'is not null'");
        }
        Ast result{.form = Form::compare, .offset = sign.offset, .text = sign.text};
        result.operands.push_back(std::move(left));
        result.operands.push_back(sum());
        for (std::string_view next : comparisons) {
            if (peek().is(next)) {
                fail(peek(), "comparisons cannot be chained; join two of them with 'and'");
            }
        }
        return result;
    }

    Ast membership(Ast value, const Token& token, bool negated) {
        Ast result{.form = Form::in, .offset = token.offset};
        result.negated = negated;
        result.operands.push_back(std::move(value));
        expect("[");
        if (peek().is("]")) {
            fail(peek(), "the list is empty; no value can be in it");
        }
        do {
            if (peek().is("null")) {
                fail(peek(), "a list holds no null; add 'or … is null'");
            }
            result.operands.push_back(sum());
        } while (accept(","));
        expect("]");
        return result;
    }

    Ast sum() { return arithmetic("+", "-", &Parser::product); }
    Ast product() { return arithmetic("*", "/", &Parser::unary); }

    Ast arithmetic(std::string_view one, std::string_view other, Ast (Parser::*operand)()) {
        Ast left = (this->*operand)();
        const Level level(*this);
        while (peek().is(one) || peek().is(other)) {
            level.deepen();  // a chain leans to the left: each sign is one level of the tree
            const Token sign = take();
            Ast result{.form = Form::arithmetic, .offset = sign.offset, .text = sign.text};
            result.operands.push_back(std::move(left));
            result.operands.push_back((this->*operand)());
            left = std::move(result);
        }
        return left;
    }

    Ast unary() {
        const Token token = peek();
        if (!accept("-")) {
            return primary();
        }
        const Level level(*this);
        level.deepen();
        Ast result{.form = Form::negate, .offset = token.offset};
        result.operands.push_back(unary());
        return result;
    }

    Ast primary() {
        const Token token = peek();
        if (accept("(")) {
            const Level level(*this);
            level.deepen();
            Ast inner = alternatives();
            expect(")");
            return inner;
        }
        if (token.is("true") || token.is("false")) {
            take();
            return {.form = Form::truth, .offset = token.offset, .integer = token.is("true")};
        }
        switch (token.kind) {
            case TokenKind::integer:
                take();
                return {.form = Form::integer, .offset = token.offset, .integer = token.integer};
            case TokenKind::real:
                take();
                return {.form = Form::real, .offset = token.offset, .real = token.real};
            case TokenKind::text:
                take();
                return {.form = Form::text, .offset = token.offset, .text = token.text};
            case TokenKind::name:
                take();
                return peek().is("(")
                           ? call(token)
                           : Ast{.form = Form::column, .offset = token.offset, .text = token.text};
            default:
                unexpected("a column, a number, a text or '('");
        }
    }

    Ast call(const Token& name) {
        Ast result{.form = Form::call, .offset = name.offset, .text = name.text};
        const Level level(*this);
        level.deepen();
        expect("(");
        do {
            result.operands.push_back(alternatives());
        } while (accept(","));
        expect(")");
        return result;
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

}  // namespace

Ast parse(std::string_view expression) {
    return Parser{tokenize(expression)}.run();
}

}  // namespace tsflow::filter
