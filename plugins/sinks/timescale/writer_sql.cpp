#include "writer_sql.hpp"

#include <algorithm>

#include "connection.hpp"

namespace tsflow::timescale {

namespace {

constexpr const char* number_column = "\"tsflow number\"";

void list(std::string& all, const std::string& item) {
    all += (all.empty() ? "" : ", ") + item;
}

std::string name_of(const TargetColumn& column) {
    return Connection::quoted(column.name);
}

Type type_of(const TargetTable& target, const TargetColumn& column) {
    return (*target.schema)[column.field].type;
}

/// The column's value made of the row `r`.
std::string value_of(const TargetColumn& column) {
    std::string staged = "r." + name_of(column);
    if (column.expression.empty()) {
        return staged;
    }
    std::string value = column.expression;
    for (std::size_t at = 0; (at = value.find("{}", at)) != std::string::npos;) {
        value.replace(at, 2, staged);
        at += staged.size();
    }
    return value;
}

/// That the row's number is at least `from` and below `to`.
std::string between(const std::string& from, const std::string& to) {
    return std::string{" r."} + number_column + " >= " + from + " AND r." + number_column + " < " +
           to;
}

const TargetColumn* column_of(const TargetTable& target, std::size_t field) {
    const auto found =
        std::find_if(target.columns.begin(), target.columns.end(),
                     [&](const TargetColumn& column) { return column.field == field; });
    return found == target.columns.end() ? nullptr : &*found;
}

}  // namespace

WriterSql::WriterSql(const TargetTable& target, std::size_t number)
    : target_(target),
      staging_("pg_temp.tsflow_staging_" + std::to_string(number)),
      numbered_("pg_temp.tsflow_numbered_" + std::to_string(number)) {}

std::string WriterSql::staged_columns() const {
    std::string columns;
    for (const TargetColumn& column : target_.columns) {
        list(columns, name_of(column));
    }
    return columns;
}

std::string WriterSql::typed_columns() const {
    std::string columns;
    for (const TargetColumn& column : target_.columns) {
        list(columns, name_of(column) + " " + wire_type(type_of(target_, column)));
    }
    return columns;
}

std::string WriterSql::create_staging() const {
    return "CREATE TEMP TABLE IF NOT EXISTS " + staging_.substr(staging_.find('.') + 1) + " (" +
           typed_columns() + ") ON COMMIT DELETE ROWS";
}

std::string WriterSql::copy_to_staging() const {
    return "COPY " + staging_ + " (" + staged_columns() + ") FROM STDIN (FORMAT binary)";
}

std::string WriterSql::insert_staged() const {
    return insert_from(staging_ + " AS r");
}

std::string WriterSql::count_newer_staged() const {
    return count_newer_in(staging_ + " AS r");
}

std::string WriterSql::arrays(bool numbered) const {
    std::string parameters;
    std::string names;
    std::size_t number = 0;
    for (const TargetColumn& column : target_.columns) {
        list(parameters,
             "$" + std::to_string(++number) + "::" + wire_type(type_of(target_, column)) + "[]");
        list(names, name_of(column));
    }
    if (numbered) {
        list(parameters, "$" + std::to_string(++number) + "::integer[]");
        list(names, number_column);
    }
    return "unnest(" + parameters + ") AS r(" + names + ")";
}

std::string WriterSql::insert_arrays() const {
    return insert_from(arrays(false));
}

std::string WriterSql::count_newer_in_arrays() const {
    return count_newer_in(arrays(false));
}

std::string WriterSql::copy_direct() const {
    return "COPY " + target_.name + " (" + staged_columns() + ") FROM STDIN (FORMAT binary)";
}

bool WriterSql::can_copy_direct() const {
    return std::all_of(target_.columns.begin(), target_.columns.end(),
                       [](const TargetColumn& column) { return column.expression.empty(); });
}

std::string WriterSql::create_numbered() const {
    return "CREATE TEMP TABLE " + numbered_.substr(numbered_.find('.') + 1) + " (" +
           typed_columns() + ", " + number_column + " integer PRIMARY KEY) ON COMMIT DROP";
}

std::string WriterSql::copy_to_numbered() const {
    return "COPY " + numbered_ + " (" + staged_columns() + ", " + number_column +
           ") FROM STDIN (FORMAT binary)";
}

std::string WriterSql::insert_arrays_to_numbered() const {
    return "INSERT INTO " + numbered_ + " SELECT * FROM " + arrays(true);
}

std::string WriterSql::insert_numbered(const std::string& from, const std::string& to) const {
    return insert_from(numbered_ + " AS r WHERE" + between(from, to) + " ORDER BY r." +
                       number_column);
}

std::string WriterSql::count_newer_numbered(const std::string& from, const std::string& to) const {
    return count_newer_in(numbered_ + " AS r") + " AND" + between(from, to);
}

std::string WriterSql::insert_from(const std::string& rows) const {
    std::string columns;
    std::string values;
    std::string updates;
    for (const TargetColumn& column : target_.columns) {
        const std::string name = name_of(column);
        list(columns, name);
        list(values, value_of(column));
        const bool in_key =
            std::find(target_.key.begin(), target_.key.end(), column.field) != target_.key.end();
        if (!in_key) {
            list(updates, name + " = excluded." + name);
        }
    }
    std::string sql = "INSERT INTO " + target_.name + " AS t (" + columns + ") SELECT " + values +
                      " FROM " + rows;
    if (!target_.keyed()) {
        return sql;
    }
    std::string key;
    for (const std::size_t field : target_.key) {
        list(key, name_of(*column_of(target_, field)));
    }
    if (updates.empty()) {
        // DO NOTHING would leave rows out of the count that is compared with what was sent.
        const std::string name = name_of(*column_of(target_, target_.key.front()));
        updates = name + " = excluded." + name;
    }
    sql += " ON CONFLICT (" + key + ") DO UPDATE SET " + updates;
    if (target_.version) {
        const std::string name = name_of(*column_of(target_, *target_.version));
        sql += " WHERE t." + name + " IS NULL OR t." + name + " <= excluded." + name;
    }
    return sql;
}

std::string WriterSql::count_newer_in(const std::string& rows) const {
    const TargetColumn& version = *column_of(target_, *target_.version);
    std::string same;
    for (const std::size_t field : target_.key) {
        const TargetColumn& column = *column_of(target_, field);
        same += " AND t." + name_of(column) + " = " + value_of(column);
    }
    return "SELECT count(*) FROM " + rows + " JOIN " + target_.name + " AS t ON (t." +
           name_of(version) + " <= " + value_of(version) + ") IS NOT TRUE AND t." +
           name_of(version) + " IS NOT NULL" + same;
}

}  // namespace tsflow::timescale
