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

/// What stands for an optional option that has neither default nor example.
std::string placeholder(OptionType type) {
    switch (type) {
        case OptionType::boolean:
            return "true";
        case OptionType::integer:
        case OptionType::bytes:
            return "1";
        case OptionType::real:
            return "1.0";
        case OptionType::duration:
            return "\"1s\"";
        case OptionType::date:
            return "2024-01-31";
        case OptionType::timestamp:
            return "2024-01-31T12:00:00Z";
        case OptionType::text_list:
            return "[]";
        default:
            return "\"\"";
    }
}

std::string assignment(const OptionInfo& option) {
    const std::optional<OptionValue> value = sample_value(option);
    return fmt::format("{}{} = {}\n", option.required ? "" : "# ", option.name,
                       value ? toml_text(option.type, *value) : placeholder(option.type));
}

}  // namespace

std::string sample_table(const NodeType& type) {
    std::string out;
    for (const OptionInfo& option : type.options) {
        out += out.empty() ? "" : "\n";
        out += comment(meaning(option, "")) + assignment(option);
    }
    return out;
}

std::string describe_sample(const NodeType& type) {
    std::string out = comment(type.doc);
    out += fmt::format("[{}s.{}]\ntype = \"{}\"\n", to_string(type.kind), type.name, type.name);
    if (type.kind != NodeKind::source) {
        out += "inputs = [\"NODE\"]  # the node to read from, or NODE.PORT\n";
    }
    if (!type.options.empty()) {
        out += "\n" + sample_table(type);
    }
    return out;
}

}  // namespace tsflow
