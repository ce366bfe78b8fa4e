#include "config/overrides.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "config/toml.hpp"

namespace tsflow {
namespace {

bool is_key(std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t dot = path.find('.');
        parts.emplace_back(path.substr(0, dot));
        if (dot == std::string_view::npos) {
            return parts;
        }
        path.remove_prefix(dot + 1);
    }
}

void apply(Value& root, const Override& override, Diagnostics& diagnostics) {
    const auto refuse = [&](std::string message) {
        diagnostics.error({}, "--set " + override.path, std::move(message));
    };
    const std::vector<std::string> parts = split(override.path);
    constexpr std::size_t most_parts = 100;
    if (!std::all_of(parts.begin(), parts.end(), is_key) || parts.size() < 2 ||
        parts.size() > most_parts) {
        refuse(
            "this is no path to a value; write the table's name, a dot and the key, as in "
            "--set sources.NAME.key=value");
        return;
    }

    Value* at = &root;
    std::string passed;
    for (const std::string& part : parts) {
        if (at->table() == nullptr) {
            refuse(fmt::format("'{}' is {}, so that nothing can be set inside it", passed,
                               at->kind()));
            return;
        }
        passed += (passed.empty() ? "" : ".") + part;
        Value* next = at->find(part);
        if (next == nullptr) {
            Value created;
            created.data = Value::Table{};
            at->table()->push_back({part, std::move(created)});
            next = &at->table()->back().value;
        }
        at = next;
    }
    Value text;
    text.data = override.value;
    *at = parse_toml_value(override.value).value_or(std::move(text));
}

}  // namespace

void apply_overrides(Value& root, const std::vector<Override>& overrides,
                     Diagnostics& diagnostics) {
    for (const Override& override : overrides) {
        apply(root, override, diagnostics);
    }
}

std::string path_of(const Value& value, const std::string& path) {
    return value.at.line == 0 ? "--set " + path : path;
}

}  // namespace tsflow
