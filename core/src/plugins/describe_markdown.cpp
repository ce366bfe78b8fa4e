#include <fmt/format.h>

#include "config/option_text.hpp"
#include "plugins/describe.hpp"
#include "plugins/host_keys.hpp"
#include "plugins/option_meaning.hpp"

namespace tsflow {

namespace {

/// Running text, in which Markdown must not find emphasis or tags; what stands in `code` is left alone.
std::string prose(const std::string& text) {
    std::string out;
    bool code = false;
    for (const char c : text) {
        code = code != (c == '`');
        if (!code && (c == '*' || c == '<')) {
            out += '\\';
        }
        out += c;
    }
    return out;
}

/// A cell of a Markdown table: a bar would end it, also in code, and a line break the row.
std::string cell(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '|') {
            out += "\\|";
        } else {
            out += c == '\n' ? ' ' : c;
        }
    }
    return out;
}

std::string default_cell(const OptionInfo& option) {
    if (option.required) {
        return "**required**";
    }
    const std::optional<OptionValue> value = shown_default(option);
    return value ? "`" + toml_text(option.type, *value) + "`" : "unset";
}

std::string option_rows(const std::vector<OptionInfo>& options) {
    std::string out = "| Option | Type | Default | Meaning |\n| --- | --- | --- | --- |\n";
    for (const OptionInfo& option : options) {
        out += fmt::format("| `{}` | {} | {} | {} |\n", option.name, to_string(option.type),
                           cell(default_cell(option)), cell(prose(meaning(option, "`"))));
    }
    return out;
}

std::string option_table(const std::vector<OptionInfo>& options) {
    if (options.empty()) {
        return "It has no options of its own.\n";
    }
    std::string out = option_rows(options);
    for (const OptionInfo& option : options) {
        if (option.type == OptionType::tables) {
            out += fmt::format("\nIn each `{}`:\n\n{}", tables_header(option),
                               option_rows(option.nested));
        }
    }
    return out;
}

}  // namespace

std::string describe_markdown(const RegisteredType& entry) {
    const NodeType& type = entry.type;
    return fmt::format(
        "<!-- Written by scripts/generate_docs.sh from the plugin's own declarations; do not edit. "
        "-->\n"
        "\n"
        "# {0}\n"
        "\n"
        "A {1}, in the plugin `{2}`.\n"
        "\n"
        "{3}\n"
        "\n"
        "## Options\n"
        "\n"
        "{4}\n"
        "Every {1} also has the keys `{5}`: see [the pipeline format](../pipeline-format.md).\n"
        "\n"
        "## Sample\n"
        "\n"
        "```toml\n"
        "{6}"
        "```\n",
        type.name, to_string(type.kind), entry.plugin, prose(type.doc), option_table(type.options),
        fmt::join(host_keys(type.kind), "`, `"), describe_sample(type));
}

}  // namespace tsflow
