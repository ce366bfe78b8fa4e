#include "target_table.hpp"

#include "connection.hpp"

namespace tsflow::timescale {

const char* wire_type(Type type) noexcept {
    switch (type) {
        case Type::boolean:
            return "boolean";
        case Type::int64:
            return "bigint";
        case Type::float64:
            return "double precision";
        case Type::timestamp:
            return "timestamp with time zone";
        case Type::date:
            return "date";
        default:
            return "text";
    }
}

TargetTable plain_target(std::string name, const SchemaPtr& schema) {
    TargetTable target{.name = std::move(name), .schema = schema, .columns = {}};
    for (std::size_t i = 0; i < schema->size(); ++i) {
        target.columns.push_back({(*schema)[i].name, i, wire_type((*schema)[i].type)});
    }
    target.key = schema->key();
    return target;
}

std::string create_sql(const TargetTable& target) {
    std::string sql = "CREATE TABLE IF NOT EXISTS " + target.name + " (";
    for (const TargetColumn& column : target.columns) {
        sql += Connection::quoted(column.name) + " " + column.type +
               ((*target.schema)[column.field].nullable ? ", " : " NOT NULL, ");
    }
    std::string key;
    for (const std::size_t field : target.key) {
        key += (key.empty() ? "" : ", ") + Connection::quoted((*target.schema)[field].name);
    }
    if (key.empty()) {
        sql.resize(sql.size() - 2);
        return sql + ")";
    }
    return sql + "PRIMARY KEY (" + key + "))";
}

std::string quoted_table(const std::string& name) {
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos) {
        // Not left to the search path: for a user named tsflow that leads to this sink's own schema.
        return "\"public\"." + Connection::quoted(name);
    }
    return Connection::quoted(name.substr(0, dot)) + "." + Connection::quoted(name.substr(dot + 1));
}

}  // namespace tsflow::timescale
