#include <fmt/format.h>

#include "config/option_text.hpp"
#include "plugins/describe.hpp"
#include "plugins/option_meaning.hpp"
#include "plugins/text_layout.hpp"

namespace tsflow {

namespace {

constexpr std::size_t line_width = 100;

std::string comment(const std::string& text) {
    std::string out;
    for (const std::string& line : wrap(text, line_width - 2)) {
        out += line.empty() ? "#\n" : "# " + line + '\n';
    }
    return out;
}

std::string assignment(const OptionInfo& option) {
    if (option.required) {
        return example_line(option) + '\n';
    }
    const std::optional<OptionValue> value = shown_default(option);
    return "# " +
           (value ? fmt::format("{} = {}", option.name, toml_text(option.type, *value))
                  : example_line(option)) +
           '\n';
}

/// The options, and behind them, where no others may follow, one of each list of tables as comments.
std::string table(const std::vector<OptionInfo>& options, const std::string& header) {
    std::string out;
    const auto add = [&out](const OptionInfo& option, const std::string& lines) {
        out += out.empty() ? "" : "\n";
        out += comment(meaning(option, "")) + lines;
    };
    for (const OptionInfo& option : options) {
        if (option.type != OptionType::tables) {
            add(option, assignment(option));
        }
    }
    for (const OptionInfo& option : options) {
        if (option.type == OptionType::tables) {
            add(option, fmt::format("# [[{}{}]]\n", header, option.name));
            for (const OptionInfo& inner : option.nested) {
                const std::string line = assignment(inner);
                add(inner, inner.required ? "# " + line : line);
            }
        }
    }
    return out;
}

}  // namespace

std::string sample_table(const NodeType& type) {
    return table(type.options, "");
}

std::string describe_sample(const NodeType& type) {
    const std::string header = fmt::format("{}s.{}", to_string(type.kind), type.name);
    std::string out = comment(type.doc);
    out += fmt::format("[{}]\ntype = \"{}\"\n", header, type.name);
    if (type.kind != NodeKind::source) {
        out += "inputs = [\"NODE\"]  # the node to read from, or NODE.PORT\n";
    }
    if (!type.options.empty()) {
        out += "\n" + table(type.options, header + ".");
    }
    return out;
}

}  // namespace tsflow
