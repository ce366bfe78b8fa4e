#include "rule.hpp"

#include <array>
#include <utility>

#include "tsflow/error.hpp"

namespace tsflow::resample {

namespace {

constexpr std::array<std::pair<std::string_view, Function>, 8> functions{{
    {"first", Function::first},
    {"last", Function::last},
    {"min", Function::min},
    {"max", Function::max},
    {"sum", Function::sum},
    {"mean", Function::mean},
    {"count", Function::count},
    {"drop", Function::drop},
}};

struct Convention {
    std::string_view column;
    Function function;
    std::string_view weight;
};
constexpr std::array<Convention, 8> conventions{{
    {"open", Function::first, ""},
    {"high", Function::max, ""},
    {"low", Function::min, ""},
    {"close", Function::last, ""},
    {"volume", Function::sum, ""},
    {"transactions", Function::sum, ""},
    {"trades", Function::sum, ""},
    {"vwap", Function::mean, "volume"},
}};

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    return first == std::string_view::npos
               ? std::string_view{}
               : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

[[noreturn]] void refuse(std::string_view entry, const std::string& why) {
    throw ConfigError("aggregate", "\"" + std::string{entry} + "\" " + why +
                                       "; write an entry such as \"close:last\", with one of the "
                                       "functions " +
                                       std::string{function_names()});
}

}  // namespace

std::string_view function_names() noexcept {
    return "first, last, min, max, sum, mean, mean(weight column), count, drop";
}

std::string_view to_string(Function function) noexcept {
    for (const auto& [name, known] : functions) {
        if (known == function) {
            return name;
        }
    }
    return "";
}

Rule parse_rule(std::string_view entry) {
    const std::size_t colon = entry.rfind(':');
    if (colon == std::string_view::npos || trimmed(entry.substr(0, colon)).empty()) {
        refuse(entry, "does not name a column and a function");
    }
    Rule rule{.column = std::string{trimmed(entry.substr(0, colon))}};
    std::string_view called = trimmed(entry.substr(colon + 1));
    if (const std::size_t open = called.find('('); open != std::string_view::npos) {
        if (!called.ends_with(')')) {
            refuse(entry, "has no ')' at its end");
        }
        rule.weight = trimmed(called.substr(open + 1, called.size() - open - 2));
        called = trimmed(called.substr(0, open));
        if (called != "mean" || rule.weight.empty()) {
            refuse(entry, "is no weighted mean, which is written mean(volume)");
        }
    }
    for (const auto& [name, function] : functions) {
        if (name == called) {
            rule.function = function;
            return rule;
        }
    }
    refuse(entry, "asks for '" + std::string{called} + "', which is no function");
}

std::optional<Rule> conventional_rule(std::string_view column) {
    for (const Convention& convention : conventions) {
        if (convention.column == column) {
            return Rule{std::string{column}, convention.function, std::string{convention.weight}};
        }
    }
    return std::nullopt;
}

}  // namespace tsflow::resample
