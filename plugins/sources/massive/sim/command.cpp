#include "command.hpp"

#include <charconv>
#include <cstdint>

namespace tsflow::massive_sim {

namespace {

/// Reads JSON from the front of a text. A failure sticks.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    bool failed() const noexcept { return failed_; }
    bool at_end() {
        skip_blanks();
        return text_.empty();
    }
    bool take(char c) {
        skip_blanks();
        if (text_.empty() || text_.front() != c) {
            return false;
        }
        text_.remove_prefix(1);
        return true;
    }
    void want(char c) { failed_ = !take(c) || failed_; }

    std::string string() {
        std::string value;
        want('"');
        while (!failed_) {
            if (text_.empty()) {
                failed_ = true;
                break;
            }
            const char c = text_.front();
            text_.remove_prefix(1);
            if (c == '"') {
                break;
            }
            if (c == '\\') {
                escape(value);
            } else {
                value += c;
            }
        }
        return value;
    }

    /// A string, or the text of a number, true, false or null.
    std::string plain_value() {
        skip_blanks();
        if (!text_.empty() && text_.front() == '"') {
            return string();
        }
        const std::size_t end = text_.find_first_not_of(
            "+-.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        std::string value{text_.substr(0, end)};
        failed_ = failed_ || value.empty() || end == std::string_view::npos;
        text_.remove_prefix(value.size());
        return value;
    }

private:
    void skip_blanks() {
        const std::size_t blanks = text_.find_first_not_of(" \t\r\n");
        text_.remove_prefix(blanks == std::string_view::npos ? text_.size() : blanks);
    }

    void escape(std::string& value) {
        if (text_.empty()) {
            failed_ = true;
            return;
        }
        const char c = text_.front();
        text_.remove_prefix(1);
        constexpr std::string_view letters = "bfnrt";
        constexpr std::string_view meanings = "\b\f\n\r\t";
        if (c == 'u') {
            code_point(value);
        } else if (const std::size_t at = letters.find(c); at != std::string_view::npos) {
            value += meanings[at];
        } else {
            value += c;
        }
    }

    /// Keys and tickers are ASCII; anything else becomes a question mark, which no ticker has.
    void code_point(std::string& value) {
        constexpr std::size_t digits = 4;
        std::uint32_t code = 0;
        const std::string_view hex = text_.substr(0, digits);
        const auto read = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
        failed_ = failed_ || read.ptr != hex.data() + digits;
        text_.remove_prefix(hex.size());
        value += code < 0x80 ? static_cast<char>(code) : '?';
    }

    std::string_view text_;
    bool failed_ = false;
};

}  // namespace

std::optional<Command> read_command(std::string_view json) {
    Scanner scanner(json);
    Command command;
    scanner.want('{');
    bool more = !scanner.take('}');
    while (more && !scanner.failed()) {
        const std::string name = scanner.string();
        scanner.want(':');
        std::string value = scanner.plain_value();
        if (name == "action") {
            command.action = std::move(value);
        } else if (name == "params") {
            command.params = std::move(value);
        }
        more = scanner.take(',');
        if (!more) {
            scanner.want('}');
        }
    }
    if (scanner.failed() || !scanner.at_end()) {
        return std::nullopt;
    }
    return command;
}

}  // namespace tsflow::massive_sim
