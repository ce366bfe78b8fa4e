#include "config/overrides.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>
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

/// The entry of a list that `part` counts to, from 0; one behind the last makes a new one. Null when it
/// is none of these.
Value* entry_of(Value::Array& list, std::string_view part) {
    std::size_t index = 0;
    const char* end = part.data() + part.size();
    const auto [stop, error] = std::from_chars(part.data(), end, index);
    if (error != std::errc{} || stop != end || index > list.size()) {
        return nullptr;
    }
    if (index == list.size()) {
        list.emplace_back().data = Value::Table{};
    }
    return &list[index];
}

/// The member of that name, made when it is missing.
Value* member_of(Value& table, const std::string& name) {
    if (Value* found = table.find(name); found != nullptr) {
        return found;
    }
    Value created;
    created.data = Value::Table{};
    table.table()->push_back({name, std::move(created)});
    return &table.table()->back().value;
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
        if (auto* list = std::get_if<Value::Array>(&at->data)) {
            at = entry_of(*list, part);
            if (at == nullptr) {
                refuse(
                    fmt::format("'{}' is a list of {}; write the number of an entry, from 0 to "
                                "{} for a new one, in place of '{}'",
                                passed, list->size(), list->size(), part));
                return;
            }
        } else if (at->table() != nullptr) {
            at = member_of(*at, part);
        } else {
            refuse(fmt::format("'{}' is {}, so that nothing can be set inside it", passed,
                               at->kind()));
            return;
        }
        passed += (passed.empty() ? "" : ".") + part;
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
