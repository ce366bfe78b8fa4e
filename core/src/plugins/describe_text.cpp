#include <fmt/format.h>

#include "config/option_text.hpp"
#include "plugins/describe.hpp"
#include "plugins/host_keys.hpp"
#include "plugins/option_meaning.hpp"
#include "plugins/text_layout.hpp"

namespace tsflow {

namespace {

constexpr std::size_t line_width = 100;

std::string default_text(const OptionInfo& option) {
    if (option.required) {
        return "required";
    }
    const std::optional<OptionValue> value = shown_default(option);
    return value ? toml_text(option.type, *value) : "unset";
}

std::string option_columns(const std::vector<OptionInfo>& options) {
    std::vector<std::vector<std::string>> rows{{"OPTION", "TYPE", "DEFAULT", "MEANING"}};
    for (const OptionInfo& option : options) {
        rows.push_back({option.name, std::string{to_string(option.type)}, default_text(option),
                        meaning(option, "")});
    }
    return columns(rows, 2, line_width);
}

}  // namespace

std::string describe_text(const RegisteredType& entry) {
    const NodeType& type = entry.type;
    std::string out = fmt::format("{} ({})\n", type.name, to_string(type.kind));
    std::vector<std::vector<std::string>> origin;
    if (!entry.plugin.empty()) {
        origin.push_back({"plugin", fmt::format("{} {}", entry.plugin, entry.version)});
    }
    if (!entry.library.empty()) {
        origin.push_back({"library", entry.library.string()});
    }
    out += columns(origin, 2, 0) + '\n';
    for (const std::string& line : wrap(type.doc, line_width)) {
        out += line + '\n';
    }
    if (type.options.empty()) {
        out += "\nIt has no options.\n";
    } else {
        out += "\n" + option_columns(type.options);
    }
    for (const OptionInfo& option : type.options) {
        if (option.type == OptionType::tables) {
            out += fmt::format("\nIn each {}:\n\n{}", tables_header(option),
                               option_columns(option.nested));
        }
    }
    out += fmt::format("\nKeys that every {} has besides: {}.\n", to_string(type.kind),
                       fmt::join(host_keys(type.kind), ", "));
    return out;
}

std::string list_text(const Registry& registry) {
    std::vector<std::vector<std::string>> rows{{"TYPE", "KIND", "PLUGIN", "VERSION", "LIBRARY"}};
    for (const RegisteredType* entry : registry.all()) {
        rows.push_back({entry->type.name, std::string{to_string(entry->type.kind)}, entry->plugin,
                        entry->version, entry->library.string()});
    }
    std::string out = rows.size() == 1 ? "No plugins were found.\n" : columns(rows, 0, 0);
    if (!registry.refusals().empty()) {
        out += "\nRefused:\n";
        for (const Refusal& refusal : registry.refusals()) {
            out += fmt::format("  {}: {}\n", refusal.library.string(), refusal.reason);
        }
    }
    return out;
}

}  // namespace tsflow
