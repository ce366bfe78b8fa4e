#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "config/file_text.hpp"
#include "config/pipeline_spec.hpp"
#include "tsflow/error.hpp"

namespace tsflow {
namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

std::string_view trim(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_name(std::string_view name) {
    const auto is_part = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    return !name.empty() && !(name.front() >= '0' && name.front() <= '9') &&
           std::all_of(name.begin(), name.end(), is_part);
}

/// Reads one line. Its messages never hold values: those are secrets, as a rule.
class Line {
public:
    Line(const std::filesystem::path& file, std::size_t number) : file_(file), number_(number) {}

    std::pair<std::string, std::string> read(std::string_view text) const {
        constexpr std::string_view keyword = "export ";
        if (text.starts_with(keyword)) {
            text = trim(text.substr(keyword.size()));
        }
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) {
            refuse("expected NAME=value; this line has no '='");
        }
        const std::string_view name = trim(text.substr(0, equals));
        if (!is_name(name)) {
            refuse(
                "expected NAME=value; what stands before '=' is no name of letters, digits and "
                "'_'");
        }
        return {std::string{name}, value(trim(text.substr(equals + 1)))};
    }

private:
    std::string value(std::string_view text) const {
        if (text.starts_with('"') || text.starts_with('\'')) {
            return quoted(text.front(), text.substr(1));
        }
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '#' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t')) {
                text = text.substr(0, i);
                break;
            }
        }
        return std::string{trim(text)};
    }

    std::string quoted(char quote, std::string_view text) const {
        std::string result;
        std::size_t i = 0;
        for (; i < text.size() && text[i] != quote; ++i) {
            const bool escape = quote == '"' && text[i] == '\\' && i + 1 < text.size();
            if (!escape) {
                result += text[i];
                continue;
            }
            ++i;
            constexpr std::string_view letters = "nrt";
            constexpr std::string_view meant = "\n\r\t";
            const std::size_t which = letters.find(text[i]);
            if (which != std::string_view::npos) {
                result += meant[which];
            } else if (text[i] == '"' || text[i] == '\\' || text[i] == '$') {
                result += text[i];
            } else {
                result += '\\';
                result += text[i];
            }
        }
        if (i == text.size()) {
            refuse(fmt::format("the value has no closing {}; a value ends on its line", quote));
        }
        const std::string_view rest = trim(text.substr(i + 1));
        if (!rest.empty() && !rest.starts_with('#')) {
            refuse("only a comment may follow the closing quote");
        }
        return result;
    }

    [[noreturn]] void refuse(std::string_view reason) const {
        throw Error(fmt::format("{}:{}: {}", file_.string(), number_, reason));
    }

    const std::filesystem::path& file_;
    std::size_t number_;
};

}  // namespace

std::vector<std::pair<std::string, std::string>> read_env_file(const std::filesystem::path& file) {
    const std::string text = read_file_text(file);
    Variables variables;
    std::string_view rest = text;
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = trim(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        auto variable = Line{file, number}.read(line);
        const auto earlier =
            std::find_if(variables.begin(), variables.end(),
                         [&](const auto& other) { return other.first == variable.first; });
        if (earlier == variables.end()) {
            variables.push_back(std::move(variable));
        } else {
            earlier->second = std::move(variable.second);
        }
    }
    return variables;
}

}  // namespace tsflow
