#include "plugins/option_text.hpp"

#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

#include "config/option_units.hpp"
#include "tsflow/time.hpp"

#include <fmt/format.h>

namespace tsflow {

namespace {

std::string toml_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
        } else {
            out += c;
        }
    }
    return out + '"';
}

/// TOML knows a real by its point or exponent.
std::string real_text(double value) {
    if (std::isnan(value)) {
        return "nan";
    }
    if (std::isinf(value)) {
        return value > 0 ? "inf" : "-inf";
    }
    std::string text = fmt::format("{}", value);
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string integer_text(OptionType type, std::int64_t value) {
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

std::string limit_text(const OptionInfo& option, double limit) {
    if (option.type == OptionType::real) {
        return fmt::format("{}", limit);
    }
    // The greatest double below 2^63; beyond it the conversion is undefined.
    constexpr double greatest = 9223372036854774784.0;
    const auto whole = static_cast<std::int64_t>(std::fmin(std::fmax(limit, -greatest), greatest));
    std::string text = integer_text(option.type, whole);
    std::erase(text, '"');
    return text;
}

std::string list_of(const std::vector<std::string>& texts, const std::string& quote) {
    std::string list;
    for (const std::string& text : texts) {
        list += fmt::format("{}{}{}{}", list.empty() ? "" : ", ", quote, toml_string(text), quote);
    }
    return list;
}

}  // namespace

std::string toml_text(OptionType type, const OptionValue& value) {
    if (const auto* boolean = std::get_if<bool>(&value)) {
        return *boolean ? "true" : "false";
    }
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return integer_text(type, *integer);
    }
    if (const auto* real = std::get_if<double>(&value)) {
        return real_text(*real);
    }
    if (const auto* text = std::get_if<std::string>(&value)) {
        // An example of a date may be declared as its text, which stands bare in TOML.
        const bool bare = type == OptionType::date || type == OptionType::timestamp;
        return bare ? *text : toml_string(*text);
    }
    return "[" + list_of(std::get<std::vector<std::string>>(value), "") + "]";
}

std::optional<OptionValue> shown_default(const OptionInfo& option) {
    return option.type == OptionType::secret ? std::nullopt : option.default_value;
}

std::optional<OptionValue> sample_value(const OptionInfo& option) {
    if (option.example) {
        return option.example;
    }
    if (const std::optional<OptionValue> value = shown_default(option)) {
        return value;
    }
    if (option.choices.empty()) {
        return std::nullopt;
    }
    if (option.type == OptionType::text_list) {
        return OptionValue{std::vector<std::string>{option.choices.front()}};
    }
    return OptionValue{option.choices.front()};
}

std::string range_sentence(const OptionInfo& option) {
    if (option.min && option.max) {
        return fmt::format("From {} to {}.", limit_text(option, *option.min),
                           limit_text(option, *option.max));
    }
    if (option.min) {
        return fmt::format("At least {}.", limit_text(option, *option.min));
    }
    if (option.max) {
        return fmt::format("At most {}.", limit_text(option, *option.max));
    }
    return {};
}

std::string meaning(const OptionInfo& option, const std::string& quote) {
    std::string text = option.doc;
    if (!text.empty() && std::string_view{".!?"}.find(text.back()) == std::string_view::npos) {
        text += '.';
    }
    if (!option.unit.empty()) {
        text += fmt::format(" In {}.", option.unit);
    }
    if (const std::string range = range_sentence(option); !range.empty()) {
        text += " " + range;
    }
    if (!option.choices.empty()) {
        text +=
            fmt::format(" {} {}.", option.type == OptionType::text_list ? "Each one of" : "One of",
                        list_of(option.choices, quote));
    }
    if (option.example && option.type != OptionType::boolean) {
        text +=
            fmt::format(" Example: {}{}{}.", quote, toml_text(option.type, *option.example), quote);
    }
    return text;
}

}  // namespace tsflow
