#include "table_sql.hpp"

namespace tsflow::sqlite {

namespace {

void list(std::string& sql, std::string_view item) {
    if (!sql.empty()) {
        sql += ", ";
    }
    sql += item;
}

}  // namespace

std::string quoted_name(std::string_view name) {
    std::string result = "\"";
    for (const char c : name) {
        result += c;
        if (c == '"') {
            result += '"';
        }
    }
    return result += '"';
}

std::string_view column_type(const Field& field, TimeForm times) noexcept {
    switch (field.type) {
        case Type::boolean:
        case Type::int64:
            return "INTEGER";
        case Type::float64:
            return "REAL";
        case Type::timestamp:
            return times == TimeForm::unix_ns ? "INTEGER" : "TEXT";
        default:
            return "TEXT";
    }
}

std::string key_names(const Schema& schema) {
    std::string names;
    for (const std::size_t column : schema.key()) {
        list(names, quoted_name(schema[column].name));
    }
    return names;
}

std::string create_sql(const Target& target) {
    const Schema& schema = *target.schema;
    std::string columns;
    for (const Field& field : schema.fields()) {
        std::string column = quoted_name(field.name);
        column += ' ';
        column += column_type(field, target.times);
        // SQLite stores NaN as NULL, so a column of reals must be able to hold it.
        if (!field.nullable && field.type != Type::float64) {
            column += " NOT NULL";
        }
        list(columns, column);
    }
    const std::string table = "CREATE TABLE " + quoted_name(target.table) + " (" + columns;
    if (!target.keyed()) {
        return table + ")";
    }
    // One tree ordered by the key, instead of a table and an index that repeats the key.
    return table + ", PRIMARY KEY (" + key_names(schema) + ")) WITHOUT ROWID";
}

std::string insert_sql(const Target& target) {
    const Schema& schema = *target.schema;
    std::string columns;
    std::string values;
    std::string updates;
    for (const Field& field : schema.fields()) {
        const std::string name = quoted_name(field.name);
        list(columns, name);
        list(values, "?");
        if (!field.key) {
            list(updates, name + " = excluded." + name);
        }
    }
    // OR ABORT: whatever an existing table says, a refused row takes back itself and nothing else.
    std::string sql = "INSERT OR ABORT INTO " + quoted_name(target.table) + " (" + columns +
                      ") VALUES (" + values + ")";
    if (target.keyed()) {
        sql += " ON CONFLICT (" + key_names(schema) + ") DO " +
               (updates.empty() ? "NOTHING" : "UPDATE SET " + updates);
    }
    return sql;
}

}  // namespace tsflow::sqlite
