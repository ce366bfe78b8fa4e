#include "lexer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "tsflow/error.hpp"

namespace tsflow::filter {

namespace {

constexpr std::size_t most_tokens = 10'000;
constexpr std::array<std::string_view, 9> keywords{"and", "or",   "not",  "in",   "between",
                                                   "is",  "null", "true", "false"};
// Longer marks first, so that `<=` is not read as `<`.
constexpr std::array<std::string_view, 16> marks{"==", "!=", "<=", ">=", "=", "<", ">", "(",
                                                 ")",  "[",  "]",  ",",  "+", "-", "*", "/"};
struct Habit {
    std::string_view written, meant;
};
constexpr std::array<Habit, 5> habits{
    {{"&&", "and"}, {"||", "or"}, {"<>", "!="}, {"!", "not"}, {"%", ""}}};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool starts_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}
bool continues_name(char c) {
    return starts_name(c) || is_digit(c) || c == '.';
}

class Lexer {
public:
    explicit Lexer(std::string_view source) : source_(source) {}

    std::vector<Token> run() {
        std::vector<Token> tokens;
        for (;;) {
            at_ = std::min(source_.find_first_not_of(" \t\r\n", at_), source_.size());
            if (tokens.size() == most_tokens) {
                fail("the expression is too long: it has more than 10000 words", at_);
            }
            tokens.push_back(next());
            if (tokens.back().kind == TokenKind::end) {
                return tokens;
            }
        }
    }

private:
    [[noreturn]] static void fail(const std::string& message, std::size_t offset) {
        throw ConfigError(option, message, offset);
    }

    Token next() {
        Token token;
        token.offset = at_;
        if (at_ == source_.size()) {
            return token;
        }
        const char c = source_[at_];
        if (is_digit(c) || (c == '.' && at_ + 1 < source_.size() && is_digit(source_[at_ + 1]))) {
            number(token);
        } else if (c == '"' || c == '\'' || c == '`') {
            quoted(token);
        } else if (starts_name(c)) {
            word(token);
        } else {
            mark(token);
        }
        return token;
    }

    void number(Token& token) {
        std::string digits;
        bool real = false;
        for (; at_ < source_.size(); ++at_) {
            const char c = source_[at_];
            if (c == '_') {
                continue;
            }
            const bool sign = (c == '+' || c == '-') && !digits.empty() && digits.back() == 'e';
            if (c == '.' || c == 'e' || c == 'E') {
                real = true;
            } else if (!is_digit(c) && !sign) {
                break;
            }
            digits += c == 'E' ? 'e' : c;
        }
        const char* const last = digits.data() + digits.size();
        const auto [stop, error] = real ? std::from_chars(digits.data(), last, token.real)
                                        : std::from_chars(digits.data(), last, token.integer);
        const bool sound = error == std::errc{} && stop == last &&
                           (at_ == source_.size() || !continues_name(source_[at_]));
        while (!sound && at_ < source_.size() && continues_name(source_[at_])) {
            ++at_;
        }
        token.text = source_.substr(token.offset, at_ - token.offset);
        if (error == std::errc::result_out_of_range) {
            fail("the number " + token.text + " is out of range", token.offset);
        }
        if (!sound) {
            fail("'" + token.text + "' is neither a number nor a name", token.offset);
        }
        token.kind = real ? TokenKind::real : TokenKind::integer;
    }

    void quoted(Token& token) {
        const char quote = source_[at_++];
        for (;;) {
            const std::size_t close = source_.find(quote, at_);
            if (close == std::string_view::npos) {
                fail("the quote " + std::string(1, quote) + " is never closed", token.offset);
            }
            token.text += source_.substr(at_, close - at_);
            at_ = close + 1;
            if (at_ == source_.size() || source_[at_] != quote) {
                break;
            }
            token.text += quote;  // a doubled quote stands for itself
            ++at_;
        }
        token.kind = quote == '`' ? TokenKind::name : TokenKind::text;
    }

    void word(Token& token) {
        const auto stop = std::find_if_not(source_.begin() + static_cast<std::ptrdiff_t>(at_),
                                           source_.end(), continues_name);
        at_ = static_cast<std::size_t>(stop - source_.begin());
        token.text = source_.substr(token.offset, at_ - token.offset);
        token.kind = TokenKind::name;
        std::string lower = token.text;
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        if (std::find(keywords.begin(), keywords.end(), lower) != keywords.end()) {
            token.kind = TokenKind::keyword;
            token.text = lower;
        }
    }

    void mark(Token& token) {
        const std::string_view rest = source_.substr(at_);
        const auto known = std::find_if(marks.begin(), marks.end(),
                                        [&](std::string_view m) { return rest.starts_with(m); });
        const auto habit = std::find_if(habits.begin(), habits.end(), [&](const Habit& h) {
            return rest.starts_with(h.written);
        });
        if (habit != habits.end() &&
            (known == marks.end() || known->size() < habit->written.size())) {
            fail("'" + std::string{habit->written} + "' is not known here" +
                     (habit->meant.empty() ? "" : "; write '" + std::string{habit->meant} + "'"),
                 at_);
        }
        if (known == marks.end()) {
            fail("the character '" + std::string{rest.substr(0, 1)} + "' has no meaning here", at_);
        }
        token.kind = TokenKind::mark;
        token.text = *known == "==" ? "=" : *known;
        at_ += known->size();
    }

    std::string_view source_;
    std::size_t at_ = 0;
};

}  // namespace

std::string Token::describe() const {
    switch (kind) {
        case TokenKind::end:
            return "the end of the expression";
        case TokenKind::integer:
        case TokenKind::real:
            return "the number " + text;
        case TokenKind::text:
            return "the text \"" + text + "\"";
        default:
            return "'" + text + "'";
    }
}

std::vector<Token> tokenize(std::string_view expression) {
    return Lexer{expression}.run();
}

}  // namespace tsflow::filter
