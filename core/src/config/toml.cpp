#include "config/toml.hpp"

#include <algorithm>
#include <span>
#include <sstream>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#define TOML_HEADER_ONLY 0
#include <toml++/toml.h>

#include "config/toml_recovery.hpp"
#include "config/toml_statements.hpp"

namespace tsflow {
namespace {

constexpr int most_errors = 20;
/// toml++ bounds the nesting of brackets, but not of the tables that dotted keys make; each takes stack.
constexpr int most_dots = 100;

Position position(const toml::source_position& at) {
    return {static_cast<int>(at.line), static_cast<int>(at.column)};
}

bool before(Position a, Position b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
}

Value convert(const toml::node& node);

Value::Table convert_members(const toml::table& table) {
    std::vector<std::pair<Position, const toml::key*>> keys;
    keys.reserve(table.size());
    for (const auto& [key, node] : table) {
        keys.emplace_back(position(key.source().begin), &key);
    }
    // toml++ holds them by name; the file's order is what people expect to see.
    std::sort(keys.begin(), keys.end(),
              [](const auto& a, const auto& b) { return before(a.first, b.first); });

    Value::Table members;
    members.reserve(keys.size());
    for (const auto& [at, key] : keys) {
        const toml::node& node = *table.get(key->str());
        Value value = convert(node);
        // A header's table begins at its bracket, before the key; all else begins at the key.
        value.key_at = before(at, value.at) ? at : value.at;
        members.push_back({std::string{key->str()}, std::move(value)});
    }
    return members;
}

Value convert(const toml::node& node) {
    Value result;
    result.at = position(node.source().begin);
    result.key_at = result.at;
    if (const toml::table* table = node.as_table()) {
        result.data = convert_members(*table);
    } else if (const toml::array* array = node.as_array()) {
        Value::Array items;
        items.reserve(array->size());
        for (const toml::node& item : *array) {
            items.push_back(convert(item));
        }
        result.data = std::move(items);
    } else if (const auto* text = node.as_string()) {
        result.data = text->get();
    } else if (const auto* integer = node.as_integer()) {
        result.data = integer->get();
    } else if (const auto* real = node.as_floating_point()) {
        result.data = real->get();
    } else if (const auto* boolean = node.as_boolean()) {
        result.data = boolean->get();
    } else {
        std::ostringstream stream;
        node.visit([&](const auto& value) {
            if constexpr (toml::is_date<decltype(value)> || toml::is_time<decltype(value)> ||
                          toml::is_date_time<decltype(value)>) {
                stream << value.get();
            }
        });
        result.data = Value::DateTime{stream.str()};
    }
    return result;
}

void drop_stand_ins(Value& root) {
    std::erase_if(*root.table(), [](const auto& member) {
        return member.key.starts_with(TomlRecovery::stand_in);
    });
}

/// Marks the table at `path`, or all tables of the lists there: a path does not tell which of them it is.
void mark_broken(Value& value, std::span<const std::string> path) {
    if (auto* items = std::get_if<Value::Array>(&value.data)) {
        for (Value& item : *items) {
            mark_broken(item, path);
        }
    } else if (path.empty()) {
        value.broken = true;
    } else if (Value* member = value.find(path.front()); member != nullptr) {
        mark_broken(*member, path.subspan(1));
    }
}

/// Reports keys of too many parts; false when there are any.
bool keys_are_flat(const std::string& text, Diagnostics& diagnostics) {
    if (std::count(text.begin(), text.end(), '.') <= most_dots) {
        return true;
    }
    bool flat = true;
    for (const TomlStatement& statement : split_statements(text)) {
        if (statement.dots > most_dots) {
            diagnostics.error(statement.at, {},
                              fmt::format("a key here has more than {} parts", most_dots));
            flat = false;
        }
    }
    return flat;
}

void forget_positions(Value& value) {
    value.at = {};
    value.key_at = {};
    if (auto* items = std::get_if<Value::Array>(&value.data)) {
        std::for_each(items->begin(), items->end(), forget_positions);
    } else if (auto* members = value.table()) {
        for (auto& [key, member] : *members) {
            forget_positions(member);
        }
    }
}

}  // namespace

TomlDocument parse_toml(const std::string& text, Diagnostics& diagnostics) {
    TomlDocument document;
    document.root.data = Value::Table{};
    document.root.at = document.root.key_at = {1, 1};
    if (!keys_are_flat(text, diagnostics)) {
        document.readable = false;
        return document;
    }
    std::optional<TomlRecovery> recovery;  // made at the first error: most files have none
    Position last;
    for (int errors = 0; errors < most_errors; ++errors) {
        try {
            const std::string& current = recovery ? recovery->text() : text;
            document.root = convert(toml::parse(current));
            if (recovery) {
                drop_stand_ins(document.root);
                for (const auto& path : recovery->damaged()) {
                    mark_broken(document.root, path);
                }
                document.readable = recovery->contained();
            }
            return document;
        } catch (const toml::parse_error& error) {
            if (!recovery) {
                recovery.emplace(text, diagnostics);
            }
            last = position(error.source().begin);
            if (!recovery->take_out(last, error.description())) {
                break;
            }
        }
    }
    diagnostics.error(last, {}, "there may be more problems; the file is not read beyond this one");
    document.readable = false;
    return document;
}

std::optional<Value> parse_toml_value(std::string_view text) {
    const std::string statement = fmt::format("value = {}", text);
    Diagnostics ignored{{}, {}};
    if (!keys_are_flat(statement, ignored)) {
        return std::nullopt;
    }
    try {
        const toml::table table = toml::parse(statement);
        if (table.size() != 1) {
            return std::nullopt;  // the text went on to define other keys
        }
        Value value = convert(*table.get("value"));
        forget_positions(value);
        return value;
    } catch (const toml::parse_error&) {
        return std::nullopt;
    }
}

}  // namespace tsflow
