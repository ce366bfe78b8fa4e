#include "config/option_text.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/option_units.hpp"

namespace tsflow {
namespace {

/// A float that TOML reads as a float, too: with a point.
std::string real_text(double value) {
    const std::string text = fmt::format("{}", value);
    return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

std::string integral_text(OptionType type, std::int64_t value) {
    switch (type) {
        case OptionType::duration:
            return toml_string(format_duration(Duration{value}));
        case OptionType::bytes:
            return toml_string(format_bytes(value));
        case OptionType::date:
            return format_date(Date{Date::duration{static_cast<std::int32_t>(value)}});
        case OptionType::timestamp:
            return format_timestamp(Timestamp{Duration{value}});
        default:
            return fmt::format("{}", value);
    }
}

bool says_nothing(const OptionValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    const auto* list = std::get_if<std::vector<std::string>>(&value);
    const auto* tables = std::get_if<OptionTables>(&value);
    return (text != nullptr && text->empty()) || (list != nullptr && list->empty()) ||
           (tables != nullptr && tables->empty());
}

/// One table on one line, with what it must have.
std::string inline_table(const std::vector<OptionInfo>& options) {
    std::vector<std::string> lines;
    for (const OptionInfo& option : options) {
        if (option.required) {
            lines.push_back(example_line(option));
        }
    }
    return lines.empty() ? "{}" : fmt::format("{{ {} }}", fmt::join(lines, ", "));
}

std::string any_value(const OptionInfo& option) {
    if (!option.choices.empty()) {
        const std::string behind = option.type == OptionType::path ? "folder/file" : "";
        const std::string first = toml_string(option.choices.front() + behind);
        return option.type == OptionType::text_list ? "[" + first + "]" : first;
    }
    switch (option.type) {
        case OptionType::boolean:
            return "true";
        case OptionType::integer:
            return fmt::format("{}", static_cast<std::int64_t>(option.min.value_or(10)));
        case OptionType::real:
            return real_text(option.min.value_or(1.5));
        case OptionType::duration:
            return "\"250ms\"";
        case OptionType::bytes:
            return "\"64MiB\"";
        case OptionType::date:
            return "2016-04-15";
        case OptionType::timestamp:
            return "2016-04-15T13:30:00Z";
        case OptionType::path:
            return "\"folder/file\"";
        case OptionType::text_list:
            return "[\"a\", \"b\"]";
        case OptionType::tables:
            return "[" + inline_table(option.nested) + "]";
        default:
            return "\"text\"";
    }
}

}  // namespace

std::string toml_string(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        switch (c) {
            case '"':
            case '\\':
                result += '\\';
                result += c;
                break;
            case '\n':
                result += "\\n";
                break;
            case '\t':
                result += "\\t";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
                    result += fmt::format("\\u{:04X}", static_cast<int>(c));
                } else {
                    result += c;
                }
        }
    }
    return result + "\"";
}

std::string toml_text(OptionType type, const OptionValue& value) {
    if (const auto* boolean = std::get_if<bool>(&value)) {
        return *boolean ? "true" : "false";
    }
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return integral_text(type, *integer);
    }
    if (const auto* real = std::get_if<double>(&value)) {
        return real_text(*real);
    }
    if (const auto* text = std::get_if<std::string>(&value)) {
        // An example of a date may be declared as its text, which stands bare in TOML.
        const bool bare = type == OptionType::date || type == OptionType::timestamp;
        return bare ? *text : toml_string(*text);
    }
    std::vector<std::string> items;
    if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
        for (const std::string& item : *list) {
            items.push_back(toml_string(item));
        }
    }
    return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string example_line(const OptionInfo& option) {
    if (option.type == OptionType::secret) {
        std::string variable = option.name;
        for (char& c : variable) {
            c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
        return fmt::format("{} = \"${{{}}}\"", option.name, variable);
    }
    if (option.example && !says_nothing(*option.example)) {
        return fmt::format("{} = {}", option.name, toml_text(option.type, *option.example));
    }
    if (option.default_value && !says_nothing(*option.default_value)) {
        return fmt::format("{} = {}", option.name, toml_text(option.type, *option.default_value));
    }
    return fmt::format("{} = {}", option.name, any_value(option));
}

std::string bound_text(OptionType type, double bound) {
    if (type == OptionType::real) {
        return fmt::format("{}", bound);
    }
    // The greatest double below 2^63: beyond it the conversion is undefined.
    constexpr double greatest = 9223372036854774784.0;
    const auto whole = static_cast<std::int64_t>(std::clamp(bound, -greatest, greatest));
    std::string text = integral_text(type, whole);
    std::erase(text, '"');
    return text;
}

std::string_view wanted(OptionType type) noexcept {
    switch (type) {
        case OptionType::boolean:
            return "true or false";
        case OptionType::integer:
            return "an integer";
        case OptionType::real:
            return "a number";
        case OptionType::duration:
            return "a duration with a unit (ns, us, ms, s, m, h, d)";
        case OptionType::bytes:
            return "a number of bytes, plain or with a unit (B, kB, MB, GB, KiB, MiB, GiB)";
        case OptionType::date:
            return "a date";
        case OptionType::timestamp:
            return "a date or a time with its zone (UTC without one)";
        case OptionType::path:
            return "a path";
        case OptionType::text_list:
            return "a list of strings";
        case OptionType::tables:
            return "a list of tables";
        case OptionType::text:
        case OptionType::secret:
            break;
    }
    return "a string";
}

}  // namespace tsflow
