#include "toml_text.hpp"

#include "tsflow/text.hpp"

namespace tsflow::import_env {

namespace {

constexpr std::size_t widest = 100;

}  // namespace

std::string toml_string(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        escaped += c;
        if (c == '$') {
            escaped += '$';
        }
    }
    // What JSON escapes, TOML's basic strings escape in the same way.
    std::string result;
    append_json_text(result, escaped);
    return result;
}

std::string toml_variable(std::string_view name) {
    return "\"${" + std::string{name} + "}\"";
}

std::string toml_list(std::string_view key, const std::vector<std::string>& items) {
    std::string joined;
    for (const std::string& item : items) {
        joined += (joined.empty() ? "" : ", ") + toml_string(item);
    }
    std::string line = std::string{key} + " = [" + joined + "]\n";
    if (line.size() <= widest) {
        return line;
    }
    std::string lines = std::string{key} + " = [\n";
    std::string row = "   ";
    for (const std::string& item : items) {
        const std::string next = " " + toml_string(item) + ",";
        if (row.size() + next.size() > widest) {
            lines += row + "\n";
            row = "   ";
        }
        row += next;
    }
    return lines + row + "\n]\n";
}

std::string comment(std::string_view text, std::size_t indent) {
    std::string lines;
    std::string line = "#";
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.size() + 1 + word.size() > widest) {
            lines += line + "\n";
            line = "#" + std::string(indent, ' ');
        }
        line.append(" ").append(word);
    }
    return lines + line + "\n";
}

}  // namespace tsflow::import_env
