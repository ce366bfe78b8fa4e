#include "config/toml_recovery.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tsflow {
namespace {

using Path = std::vector<std::string>;
using Kind = TomlStatement::Kind;

bool starts_with(const Path& path, const Path& start) {
    return path.size() >= start.size() && std::equal(start.begin(), start.end(), path.begin());
}

std::string dotted(const Path& path) {
    return fmt::format("{}", fmt::join(path, "."));
}

/// The parser's description, in words for people who write pipeline files.
std::string explain(std::string_view description) {
    using Rule = std::pair<std::string_view, std::string_view>;
    static constexpr std::array<Rule, 8> rules = {{
        {"could not determine value type",
         "this is no value; texts stand in double quotes, as in key = \"text\""},
        {"unescaped control characters",
         "the string has no end on its line, or holds a control character; close it with a quote, "
         "or "
         "write the character as \\uXXXX"},
        {"expected '='", "expected '=' and a value behind the key"},
        {"expected value", "expected a value behind '='"},
        {"expected ']'", "the table header has no end; a ']' is missing"},
        {"invalid utf-8", "this is no UTF-8 text; save the file as UTF-8"},
        {"inline table: expected key or closing '}', saw '\\n'",
         "an inline table stands on one line; write longer ones below a [header]"},
        {"end-of-file", "the file ends in the middle of this statement"},
    }};
    for (const auto& [part, words] : rules) {
        if (description.find(part) != std::string_view::npos) {
            return std::string{words};
        }
    }
    constexpr std::string_view trailing = "expected a comment or whitespace, saw ";
    if (const auto at = description.find(trailing); at != std::string_view::npos) {
        return fmt::format("only a comment may follow here; found {}",
                           description.substr(at + trailing.size()));
    }
    constexpr std::string_view lead = "Error while parsing ";
    if (description.starts_with(lead)) {
        if (const auto colon = description.find(": "); colon != std::string_view::npos) {
            return fmt::format("wrong {}: {}", description.substr(lead.size(), colon - lead.size()),
                               description.substr(colon + 2));
        }
    }
    return std::string{description};
}

/// The name in quotes at the end of the parser's description, with its quotes.
std::string quoted_name(std::string_view description) {
    const auto from = description.find('\'');
    const auto to = description.rfind('\'');
    return from == to ? std::string{"a key"} : std::string{description.substr(from, to - from + 1)};
}

}  // namespace

TomlRecovery::TomlRecovery(std::string text, Diagnostics& diagnostics)
    : text_(std::move(text)), statements_(split_statements(text_)), diagnostics_(diagnostics) {}

bool TomlRecovery::take_out(Position at, std::string_view description) {
    if (description.find("cannot redefine") != std::string_view::npos) {
        const TomlStatement* again = statement_at(at.line);
        if (again != nullptr) {
            return take_out_twice(*again, description);
        }
    }
    if (const TomlStatement* open = first_unclosed(at.line)) {
        return take_out_unclosed(*open);
    }
    diagnostics_.error(at, {}, explain(description));
    const TomlStatement* statement = statement_at(at.line);
    if (statement == nullptr) {
        return overwrite(at.line, at.line);
    }
    return statement->kind == Kind::entry ? take_out_entry(*statement)
                                          : take_out_header(*statement);
}

const TomlStatement* TomlRecovery::statement_at(int line) const noexcept {
    const auto found = std::find_if(statements_.begin(), statements_.end(), [&](const auto& s) {
        return s.at.line <= line && line <= s.last_line;
    });
    return found == statements_.end() ? nullptr : &*found;
}

const TomlStatement* TomlRecovery::first_unclosed(int line) const noexcept {
    const auto found = std::find_if(statements_.begin(), statements_.end(), [&](const auto& s) {
        return s.unclosed.line > 0 && s.at.line <= line && !taken_.contains(s.at.line);
    });
    return found == statements_.end() ? nullptr : &*found;
}

const TomlStatement* TomlRecovery::first_definition(const TomlStatement& again) const {
    const Path path = again.path();
    const TomlStatement* overlapping = nullptr;
    for (const TomlStatement& earlier : statements_) {
        if (&earlier == &again) {
            break;
        }
        const Path other = earlier.path();
        if (other == path) {
            return &earlier;
        }
        const bool inside = earlier.kind == Kind::entry && starts_with(path, other);
        if (overlapping == nullptr && (inside || starts_with(other, path))) {
            overlapping = &earlier;
        }
    }
    return overlapping;
}

bool TomlRecovery::take_out_twice(const TomlStatement& statement, std::string_view description) {
    const TomlStatement* first = first_definition(statement);
    const bool entry = statement.kind == Kind::entry;
    if (first == nullptr) {
        diagnostics_.error(
            statement.at, dotted(statement.path()),
            fmt::format("{} is defined twice in one table", quoted_name(description)));
    } else {
        diagnostics_.error(statement.at, dotted(statement.path()),
                           fmt::format("this {} is already defined on line {}; {}",
                                       entry ? "key" : "table", first->at.line,
                                       entry ? "remove one of the two"
                                             : "merge the two, or name one of them otherwise"));
        if (!entry) {
            damaged_.push_back(first->path());
        }
    }
    if (entry) {
        return first == nullptr ? take_out_entry(statement)
                                : overwrite(statement.at.line, statement.last_line);
    }
    return overwrite(statement.at.line, statement.last_line, next_stand_in());
}

bool TomlRecovery::take_out_unclosed(const TomlStatement& statement) {
    taken_.insert(statement.at.line);
    const bool text = statement.missing.size() > 1;
    const std::string_view what = text                       ? "multi-line string"
                                  : statement.missing == "]" ? "array"
                                                             : "inline table";
    diagnostics_.error(
        statement.unclosed, {},
        fmt::format("this {} has no end; its closing {} is missing", what, statement.missing));
    if (text) {
        // Whether what follows is text or statements cannot be known.
        contained_ = false;
        return overwrite(statement.at.line,
                         static_cast<int>(std::count(text_.begin(), text_.end(), '\n')) + 1);
    }
    return take_out_entry(statement);
}

bool TomlRecovery::can_mend(const TomlStatement& header) const {
    const auto overlaps = [&](const TomlStatement& other) {
        return &other != &header && (other.path() == header.key ||
                                     (other.kind == Kind::entry && other.table != header.key &&
                                      starts_with(header.key, other.path())));
    };
    return header.kind == Kind::header && header.complete && !header.key.empty() &&
           !taken_.contains(header.at.line) &&
           std::none_of(statements_.begin(), statements_.end(), overlaps);
}

bool TomlRecovery::take_out_header(const TomlStatement& header) {
    if (can_mend(header)) {
        std::string mended;
        for (const std::string& part : header.key) {
            mended += fmt::format("{}'{}'", mended.empty() ? "[" : ".", part);
        }
        taken_.insert(header.at.line);
        damaged_.push_back(header.key);
        return overwrite(header.at.line, header.last_line, mended + "]");
    }
    // The keys below the header would else be read as those of the table before it.
    contained_ = false;
    return overwrite(header.at.line, header.last_line, next_stand_in());
}

bool TomlRecovery::take_out_entry(const TomlStatement& entry) {
    taken_.insert(entry.at.line);
    Path table = entry.table;
    damaged_.push_back(table);
    for (std::size_t i = 0; i + 1 < entry.key.size(); ++i) {
        table.push_back(entry.key[i]);
        damaged_.push_back(table);
    }
    return overwrite(entry.at.line, entry.last_line);
}

bool TomlRecovery::overwrite(int first_line, int last_line, std::string_view with) {
    std::string changed;
    changed.reserve(text_.size() + with.size());
    std::size_t pos = 0;
    for (int line = 1; pos < text_.size(); ++line) {
        const std::size_t end = std::min(text_.find('\n', pos), text_.size());
        if (line < first_line || line > last_line) {
            changed.append(text_, pos, end - pos);
        } else if (line == first_line) {
            changed += with;
        }
        if (end < text_.size()) {
            changed += '\n';
        }
        pos = end + 1;
    }
    const bool differs = changed != text_;
    text_ = std::move(changed);
    return differs;
}

std::string TomlRecovery::next_stand_in() {
    return fmt::format("[\"\\u{:04x}{}\"]", static_cast<int>(stand_in), ++stand_ins_);
}

}  // namespace tsflow
