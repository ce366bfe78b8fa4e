#include "config/toml_statements.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "config/characters.hpp"

namespace tsflow {
namespace {

using Kind = TomlStatement::Kind;

bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r';
}

bool is_bare(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

class Splitter {
public:
    explicit Splitter(std::string_view text) : text_(text) {
        if (text_.starts_with("\xEF\xBB\xBF")) {
            text_.remove_prefix(3);
        }
    }

    std::vector<TomlStatement> split() {
        std::vector<TomlStatement> statements;
        std::vector<std::string> table;
        while (skip_to_statement()) {
            TomlStatement statement;
            statement.at = here();
            if (peek() == '[') {
                header(statement);
                table = statement.key;
            } else {
                statement.table = table;
                entry(statement);
            }
            statement.dots = std::max(statement.dots, static_cast<int>(statement.key.size()) - 1);
            statements.push_back(std::move(statement));
        }
        return statements;
    }

private:
    bool at_end() const noexcept { return pos_ >= text_.size(); }
    char peek() const noexcept { return at_end() ? '\n' : text_[pos_]; }
    Position here() const noexcept {
        return {
            line_,
            static_cast<int>(count_characters(text_.substr(line_start_, pos_ - line_start_))) + 1};
    }
    void next() noexcept {
        if (text_[pos_++] == '\n') {
            ++line_;
            line_start_ = pos_;
        }
    }
    void skip_blanks() noexcept {
        while (!at_end() && is_blank(peek())) {
            next();
        }
    }
    /// To the line's end, which stays.
    void skip_line() noexcept {
        while (!at_end() && peek() != '\n') {
            next();
        }
    }
    bool skip_to_statement() noexcept {
        while (!at_end()) {
            skip_blanks();
            if (peek() == '#') {
                skip_line();
            }
            if (at_end()) {
                return false;
            }
            if (peek() != '\n') {
                return true;
            }
            next();
        }
        return false;
    }

    std::string key_part() {
        std::string part;
        if (peek() == '"' || peek() == '\'') {
            const char quote = peek();
            next();
            while (peek() != '\n' && peek() != quote) {
                part += peek();
                next();
            }
            if (peek() == quote) {
                next();
            }
            return part;
        }
        while (!at_end() && is_bare(peek())) {
            part += peek();
            next();
        }
        return part;
    }
    std::vector<std::string> dotted_key() {
        std::vector<std::string> key;
        while (true) {
            skip_blanks();
            std::string part = key_part();
            if (part.empty()) {
                return key;
            }
            key.push_back(std::move(part));
            skip_blanks();
            if (peek() != '.') {
                return key;
            }
            next();
        }
    }

    void header(TomlStatement& statement) {
        next();
        statement.kind = Kind::header;
        if (peek() == '[') {
            next();
            statement.kind = Kind::array_header;
        }
        statement.key = dotted_key();
        statement.last_line = line_;
        while (!at_end() && (is_blank(peek()) || peek() == ']')) {
            next();
        }
        statement.complete = peek() == '\n' || peek() == '#';
        skip_line();
    }

    void entry(TomlStatement& statement) {
        statement.key = dotted_key();
        skip_blanks();
        statement.last_line = line_;
        if (peek() != '=') {
            skip_line();
            return;
        }
        next();
        const auto start = *this;
        if (!value(statement)) {
            *this = start;
            skip_line();
            statement.last_line = line_;
            if (statement.missing.size() == 1) {
                skip_continuation(statement);
            }
        }
    }

    /// False when a bracket or a multi-line quote is never closed.
    bool value(TomlStatement& statement) {
        std::vector<char> open;  // what closes the brackets that are open
        Position outermost;
        int dots = 0;
        while (!at_end()) {
            const char c = peek();
            dots = c == '.' ? dots + 1 : c == ',' || c == '{' || c == '=' ? 0 : dots;
            statement.dots = std::max(statement.dots, dots);
            if (c == '"' || c == '\'') {
                if (!string(statement)) {
                    return false;
                }
            } else if (c == '#') {
                skip_line();
            } else if (c == '\n' && open.empty()) {
                break;
            } else if (c == '=' && !open.empty() && open.back() == ']') {
                break;  // the next statement has begun
            } else {
                if (c == '[' || c == '{') {
                    outermost = open.empty() ? here() : outermost;
                    open.push_back(c == '[' ? ']' : '}');
                } else if (!open.empty() && c == open.back()) {
                    open.pop_back();
                }
                next();
            }
        }
        if (!open.empty()) {
            statement.unclosed = outermost;
            statement.missing = open.front();
            return false;
        }
        statement.last_line = line_;
        return true;
    }

    /// Passes a string; a string of one line ends at the line's end at the latest.
    bool string(TomlStatement& statement) {
        const char quote = peek();
        const std::string triple(3, quote);
        if (text_.substr(pos_, 3) == triple) {
            const Position at = here();
            const auto find_end = [&](std::size_t from) { return text_.find(triple, from); };
            std::size_t end = find_end(pos_ + 3);
            while (quote == '"' && end != std::string_view::npos && escaped(end)) {
                end = find_end(end + 1);
            }
            if (end == std::string_view::npos) {
                statement.unclosed = at;
                statement.missing = triple;
                return false;
            }
            while (pos_ < end + 3 ||
                   peek() == quote) {  // up to two quotes may stand before the end
                next();
            }
            return true;
        }
        next();
        while (peek() != '\n' && peek() != quote) {
            if (peek() == '\\' && quote == '"') {
                next();
            }
            if (peek() != '\n') {
                next();
            }
        }
        if (peek() == quote) {
            next();
        }
        return true;
    }
    /// Whether an odd number of backslashes stands before `pos`.
    bool escaped(std::size_t pos) const noexcept {
        std::size_t count = 0;
        while (pos > count && text_[pos - count - 1] == '\\') {
            ++count;
        }
        return count % 2 == 1;
    }

    /// Takes in the lines that look like further items of an array without an end.
    void skip_continuation(TomlStatement& statement) {
        while (!at_end()) {
            const auto before = *this;
            next();
            skip_blanks();
            const char c = peek();
            const bool item = c == '"' || c == '\'' || c == ',' || c == ']' || c == '}' ||
                              c == '{' || (c >= '0' && c <= '9');
            if (!item) {
                *this = before;
                return;
            }
            skip_line();
            statement.last_line = line_;
        }
    }

    std::string_view text_;
    std::size_t pos_ = 0;
    std::size_t line_start_ = 0;
    int line_ = 1;
};

}  // namespace

std::vector<std::string> TomlStatement::path() const {
    std::vector<std::string> result = table;
    result.insert(result.end(), key.begin(), key.end());
    return result;
}

std::vector<TomlStatement> split_statements(std::string_view text) {
    return Splitter{text}.split();
}

}  // namespace tsflow
