#include "columns.hpp"

#include <algorithm>

#include "market/bar.hpp"
#include "tsflow/error.hpp"

namespace tsflow::sql {

namespace {

Field& field_named(std::vector<Field>& fields, const std::string& name, const char* option) {
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const Field& field) { return field.name == name; });
    if (found == fields.end()) {
        throw ConfigError(
            option, "there is no column '" + name + "'; list it in 'columns', or name another one");
    }
    return *found;
}

}  // namespace

Field parse_column(const std::string& text) {
    const auto wrong = [&](const std::string& what) {
        return ConfigError("columns", "'" + text + "': " + what +
                                          "; write NAME:TYPE, NAME:TYPE? when it may be null, and "
                                          "a unit in brackets, such as close:float64[USD]");
    };
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) {
        throw wrong("a name and a type are wanted");
    }
    Field field;
    field.name = text.substr(0, colon);
    std::string_view rest = std::string_view{text}.substr(colon + 1);
    if (const std::size_t bracket = rest.find('['); bracket != std::string_view::npos) {
        if (!rest.ends_with(']')) {
            throw wrong("the unit's bracket is not closed");
        }
        field.unit = rest.substr(bracket + 1, rest.size() - bracket - 2);
        rest = rest.substr(0, bracket);
    }
    if (rest.ends_with('?')) {
        field.nullable = true;
        rest.remove_suffix(1);
    }
    const auto type = parse_type(rest);
    if (!type) {
        throw wrong("'" + std::string{rest} +
                    "' is none of bool, int64, float64, timestamp, date, string, symbol");
    }
    field.type = *type;
    return field;
}

std::vector<Field> fields_of(const std::vector<std::string>& columns, const std::string& time,
                             const std::vector<std::string>& key) {
    std::vector<Field> fields;
    if (columns.empty()) {
        fields = market::bar_schema()->fields();
    }
    for (const std::string& column : columns) {
        fields.push_back(parse_column(column));
    }
    for (Field& field : fields) {
        field.key = field.event_time = false;
    }
    Field& event_time = field_named(fields, time, "time");
    if (event_time.type != Type::timestamp || event_time.nullable) {
        throw ConfigError("time", "column '" + event_time.to_string() +
                                      "' tells no time: a timestamp that is never null is wanted");
    }
    event_time.event_time = event_time.key = true;
    for (const std::string& name : key) {
        Field& field = field_named(fields, name, "key");
        if (field.nullable) {
            throw ConfigError("key", "column '" + name + "' may be null; a key is always known");
        }
        field.key = true;
    }
    return fields;
}

std::string fitting_columns(const std::vector<DatabaseColumn>& columns, const std::string& time) {
    std::string list = "columns = [";
    for (const DatabaseColumn& column : columns) {
        const Type type = column.name == time       ? Type::timestamp
                          : column.name == "symbol" ? Type::symbol
                                                    : column.type;
        list += list.ends_with('[') ? "\"" : ", \"";
        list += column.name + ":" + std::string{to_string(type)};
        // Nothing but time and name is known to be there in every row.
        list += column.name == time || column.name == "symbol" ? "\"" : "?\"";
    }
    return list + "]";
}

}  // namespace tsflow::sql
