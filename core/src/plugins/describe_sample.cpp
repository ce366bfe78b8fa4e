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
