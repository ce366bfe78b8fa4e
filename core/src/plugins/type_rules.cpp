#include "plugins/type_rules.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "config/node_spec.hpp"
#include "config/pipeline_spec.hpp"

#include <fmt/format.h>

namespace tsflow {

namespace {

bool is_reserved(const std::string& name) {
    const std::vector<std::string>& keys = reserved_keys();
    return std::find(keys.begin(), keys.end(), name) != keys.end();
}

/// Whether `value` is the alternative that an option of type `type` is stored from.
bool fits(OptionType type, const OptionValue& value) {
    switch (type) {
        case OptionType::boolean:
            return std::holds_alternative<bool>(value);
        case OptionType::integer:
        case OptionType::duration:
        case OptionType::bytes:
        case OptionType::date:
        case OptionType::timestamp:
            return std::holds_alternative<std::int64_t>(value);
        case OptionType::real:
            return std::holds_alternative<double>(value);
        case OptionType::text:
        case OptionType::path:
        case OptionType::secret:
            return std::holds_alternative<std::string>(value);
        case OptionType::text_list:
            return std::holds_alternative<std::vector<std::string>>(value);
        case OptionType::tables:
            return std::holds_alternative<OptionTables>(value);
    }
    return false;
}

bool in_range(const OptionInfo& option, const OptionValue& value) {
    double number = 0;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        number = static_cast<double>(*integer);
    } else if (const auto* real = std::get_if<double>(&value)) {
        number = *real;
    } else {
        return true;
    }
    return (!option.min || number >= *option.min) && (!option.max || number <= *option.max);
}

bool among_choices(const OptionInfo& option, const OptionValue& value) {
    const auto allowed = [&](const std::string& text) {
        return std::find(option.choices.begin(), option.choices.end(), text) !=
               option.choices.end();
    };
    if (option.choices.empty() || option.type == OptionType::path) {
        return true;
    }
    if (const auto* text = std::get_if<std::string>(&value)) {
        return allowed(*text);
    }
    if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
        return std::all_of(list->begin(), list->end(), allowed);
    }
    return true;
}

/// A date or time may be written as text in an example: `such_as("2024-01-31")`.
bool is_text_of(OptionType type, const OptionValue& value) {
    const bool written_as_text = type == OptionType::duration || type == OptionType::bytes ||
                                 type == OptionType::date || type == OptionType::timestamp;
    return written_as_text && std::holds_alternative<std::string>(value);
}

void check_options(const std::vector<OptionInfo>& options, const std::string& table,
                   std::vector<std::string>& broken);

/// `table` is empty, or the list of tables that the option stands in and a dot.
void check_option(const OptionInfo& option, const std::string& table,
                  std::vector<std::string>& broken) {
    const auto say = [&](std::string_view what) {
        broken.push_back(fmt::format("option '{}{}' {}", table, option.name, what));
    };
    if (table.empty() && is_reserved(option.name)) {
        say("has the name of a key that belongs to the host");
    } else if (!is_lower_snake(option.name)) {
        say("is not named in lower_snake_case");
    }
    if (option.doc.empty()) {
        say("has no documentation");
    }
    if (option.type == OptionType::tables) {
        if (!table.empty()) {
            say("is a list of tables inside a list of tables");
            return;
        }
        if (option.nested.empty()) {
            say("is a list of tables that have no options");
        }
        check_options(option.nested, option.name + ".", broken);
    } else if (!option.nested.empty()) {
        say(fmt::format("has options of its own, though its type is {}", to_string(option.type)));
    } else if (option.required && !option.example && option.choices.empty()) {
        say("is required but has no example (declare one with such_as)");
    }
    if (option.min && option.max && *option.min > *option.max) {
        say("has a range whose least value is above its greatest");
    }
    const auto check_value = [&](std::string_view which, const OptionValue& value) {
        if (!fits(option.type, value)) {
            say(fmt::format("has a {} that is not of its type, {}", which, to_string(option.type)));
        } else if (!in_range(option, value)) {
            say(fmt::format("has a {} outside its own range", which));
        } else if (!among_choices(option, value)) {
            say(fmt::format("has a {} that is none of its own choices", which));
        }
    };
    if (option.default_value) {
        check_value("default", *option.default_value);
    }
    if (option.example && !is_text_of(option.type, *option.example)) {
        check_value("example", *option.example);
    }
}

void check_options(const std::vector<OptionInfo>& options, const std::string& table,
                   std::vector<std::string>& broken) {
    std::set<std::string_view> seen;
    for (const OptionInfo& option : options) {
        if (!seen.insert(option.name).second) {
            broken.push_back(fmt::format("option '{}{}' is declared twice", table, option.name));
        }
        check_option(option, table, broken);
    }
}

}  // namespace

std::vector<std::string> broken_rules(const NodeType& type) {
    std::vector<std::string> broken;
    if (!is_lower_snake(type.name)) {
        broken.push_back("its name is not in lower_snake_case");
    }
    if (type.doc.empty()) {
        broken.push_back("it has no documentation");
    }
    if (!type.make) {
        broken.push_back("it has no function that makes a node");
    }
    check_options(type.options, "", broken);
    return broken;
}

}  // namespace tsflow
