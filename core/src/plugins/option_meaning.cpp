#include "plugins/option_meaning.hpp"

#include <string_view>
#include <vector>

#include "config/option_text.hpp"

#include <fmt/format.h>

namespace tsflow {

namespace {

std::string list_of(const std::vector<std::string>& texts, const std::string& quote) {
    std::string list;
    for (const std::string& text : texts) {
        list += fmt::format("{}{}{}{}", list.empty() ? "" : ", ", quote, toml_string(text), quote);
    }
    return list;
}

}  // namespace

std::optional<OptionValue> shown_default(const OptionInfo& option) {
    return option.type == OptionType::secret ? std::nullopt : option.default_value;
}

std::string range_sentence(const OptionInfo& option) {
    const bool counted = option.type == OptionType::tables && (option.min || option.max);
    const std::string unit = !option.unit.empty() ? " " + option.unit : counted ? " tables" : "";
    const auto bound = [&](double limit) { return bound_text(option.type, limit); };
    if (option.min && option.max) {
        return fmt::format("From {} to {}{}.", bound(*option.min), bound(*option.max), unit);
    }
    if (option.min) {
        return fmt::format("At least {}{}.", bound(*option.min), unit);
    }
    if (option.max) {
        return fmt::format("At most {}{}.", bound(*option.max), unit);
    }
    return unit.empty() ? "" : fmt::format("In{}.", unit);
}

std::string tables_header(const OptionInfo& option) {
    return fmt::format("[[….{}]]", option.name);
}

std::string meaning(const OptionInfo& option, const std::string& quote) {
    std::string text = option.doc;
    if (!text.empty() && std::string_view{".!?"}.find(text.back()) == std::string_view::npos) {
        text += '.';
    }
    if (const std::string range = range_sentence(option); !range.empty()) {
        text += " " + range;
    }
    if (option.type == OptionType::path && !option.choices.empty()) {
        text += fmt::format(" A relative path behind {} is relative to the pipeline file's folder.",
                            list_of(option.choices, quote));
    } else if (!option.choices.empty()) {
        text +=
            fmt::format(" {} {}.", option.type == OptionType::text_list ? "Each one of" : "One of",
                        list_of(option.choices, quote));
    }
    if (option.type == OptionType::tables) {
        text += fmt::format(" Each has the header {}{}{}.", quote, tables_header(option), quote);
    }
    if (option.example && option.type != OptionType::boolean) {
        text +=
            fmt::format(" Example: {}{}{}.", quote, toml_text(option.type, *option.example), quote);
    }
    return text;
}

}  // namespace tsflow
