#include "tsflow/schema.hpp"

#include <algorithm>
#include <array>

#include "tsflow/error.hpp"
#include "tsflow/text.hpp"

namespace tsflow {

namespace {

constexpr std::array<std::string_view, 7> type_names = {"bool", "int64",  "float64", "timestamp",
                                                        "date", "string", "symbol"};

std::string quoted(std::string_view text) {
    return "'" + std::string{text} + "'";
}

/// `float64? [USD]`
std::string type_text(const Field& field) {
    std::string text{to_string(field.type)};
    if (field.nullable) {
        text += '?';
    }
    if (!field.unit.empty()) {
        text += " [" + field.unit + ']';
    }
    return text;
}

/// ` (key, event time)`, or nothing
std::string role_text(const Field& field) {
    if (!field.key && !field.event_time) {
        return {};
    }
    return std::string{" ("} + (field.key ? "key" : "") +
           (field.key && field.event_time ? ", " : "") + (field.event_time ? "event time" : "") +
           ')';
}

std::string names_of(const Schema& schema) {
    std::string names;
    for (const Field& field : schema.fields()) {
        names += (names.empty() ? "" : ", ") + field.name;
    }
    return names;
}

std::string unit_text(std::string_view unit) {
    return unit.empty() ? "no unit" : "the unit " + quoted(unit);
}

}  // namespace

std::string_view to_string(Type type) noexcept {
    const auto at = static_cast<std::size_t>(type);
    return at < type_names.size() ? type_names[at] : "unknown";
}

std::optional<Type> parse_type(std::string_view text) noexcept {
    const auto* found = std::find(type_names.begin(), type_names.end(), text);
    if (found == type_names.end()) {
        return std::nullopt;
    }
    return static_cast<Type>(found - type_names.begin());
}

std::string Field::to_string() const {
    return name + ": " + type_text(*this) + role_text(*this);
}

SchemaPtr Schema::make(std::vector<Field> fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const Field& field = fields[i];
        if (field.name.empty()) {
            throw Error("column " + std::to_string(i + 1) + " of the schema has no name");
        }
        for (std::size_t j = 0; j < i; ++j) {
            if (fields[j].name == field.name) {
                throw Error("the schema has two columns with the name " + quoted(field.name));
            }
            if (fields[j].event_time && field.event_time) {
                throw Error("the schema has two event times, " + quoted(fields[j].name) + " and " +
                            quoted(field.name) + "; at most one is allowed");
            }
        }
        if (field.key && field.nullable) {
            throw Error("key column " + quoted(field.name) + " must not be nullable");
        }
        if (field.event_time && (field.type != Type::timestamp || field.nullable)) {
            throw Error("event time column " + quoted(field.name) + " must be timestamp and is " +
                        type_text(field));
        }
    }
    return SchemaPtr{new Schema(std::move(fields))};
}

Schema::Schema(std::vector<Field> fields) : fields_(std::move(fields)) {
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        if (fields_[i].key) {
            key_.push_back(i);
        }
        if (fields_[i].event_time) {
            event_time_ = i;
        }
    }
}

std::optional<std::size_t> Schema::find(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        if (fields_[i].name == name) {
            return i;
        }
    }
    return std::nullopt;
}

std::size_t Schema::index(std::string_view name, std::string_view option) const {
    if (const auto found = find(name)) {
        return *found;
    }
    std::string message = "no column " + quoted(name) + " in the input";
    if (fields_.empty()) {
        message += ", which has no columns";
    } else {
        message += " (" + names_of(*this) + ')';
    }
    std::vector<std::string> names;
    for (const Field& field : fields_) {
        names.push_back(field.name);
    }
    if (const std::string meant = nearest(name, names); !meant.empty()) {
        message += "; did you mean " + quoted(meant) + '?';
    }
    throw ConfigError(std::string{option}, message);
}

std::size_t Schema::require(std::string_view name, Type type, std::string_view unit,
                            std::string_view option) const {
    const std::size_t at = index(name, option);
    const Field& field = fields_[at];
    if (field.type != type) {
        throw ConfigError(std::string{option},
                          "column " + quoted(name) + " is " + type_text(field) + ", but " +
                              std::string{tsflow::to_string(type)} + " is needed");
    }
    if (!unit.empty() && field.unit != unit) {
        throw ConfigError(std::string{option}, "column " + quoted(name) + " has " +
                                                   unit_text(field.unit) + ", but " +
                                                   unit_text(unit) + " is needed");
    }
    return at;
}

std::string Schema::to_string() const {
    std::string text;
    for (const Field& field : fields_) {
        text += (text.empty() ? "" : ", ") + field.to_string();
    }
    return text;
}

bool same(const SchemaPtr& a, const SchemaPtr& b) noexcept {
    return a == b || (a != nullptr && b != nullptr && *a == *b);
}

std::string difference(const Schema& here, const Schema& there) {
    for (const Field& field : here.fields()) {
        const auto at = there.find(field.name);
        if (!at) {
            return "column " + quoted(field.name) + " is here and not there";
        }
        const Field& other = there[*at];
        if (field.type != other.type || field.nullable != other.nullable ||
            field.unit != other.unit) {
            return "column " + quoted(field.name) + " is " + type_text(field) + " here and " +
                   type_text(other) + " there";
        }
        if (field.key != other.key) {
            return "column " + quoted(field.name) + " is a key only " +
                   (field.key ? "here" : "there");
        }
        if (field.event_time != other.event_time) {
            return "column " + quoted(field.name) + " is the event time only " +
                   (field.event_time ? "here" : "there");
        }
    }
    for (const Field& field : there.fields()) {
        if (!here.find(field.name)) {
            return "column " + quoted(field.name) + " is there and not here";
        }
    }
    if (here == there) {
        return {};
    }
    return "the columns are in the order " + names_of(here) + " here and " + names_of(there) +
           " there";
}

SchemaPtr with_field(const SchemaPtr& schema, Field field) {
    std::vector<Field> fields = schema->fields();
    if (const auto at = schema->find(field.name)) {
        fields[*at] = std::move(field);
    } else {
        fields.push_back(std::move(field));
    }
    return Schema::make(std::move(fields));
}

}  // namespace tsflow
