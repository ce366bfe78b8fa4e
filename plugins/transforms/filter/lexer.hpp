#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tsflow::filter {

enum class TokenKind : std::uint8_t {
    integer,
    real,
    text,     ///< in single or double quotes
    name,     ///< a column or function; in backquotes when it is no plain word
    keyword,  ///< and or not in between is null true false, in any case
    mark,     ///< ( ) [ ] , + - * / and the comparisons
    end,
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::string text;  ///< value of a text or name; keywords in lower case; `==` reads as `=`
    std::int64_t integer = 0;
    double real = 0;
    std::size_t offset = 0;  ///< byte in the expression

    bool is(std::string_view keyword_or_mark) const noexcept {
        return (kind == TokenKind::keyword || kind == TokenKind::mark) && text == keyword_or_mark;
    }
    /// How messages name it: `')'`, `the text "AAPL"`, `the end of the expression`.
    std::string describe() const;
};

/// The option whose value is parsed; errors point into it.
inline constexpr const char* option = "where";

/// Splits the expression; the last token is the end. Throws ConfigError at the offending byte.
std::vector<Token> tokenize(std::string_view expression);

}  // namespace tsflow::filter
