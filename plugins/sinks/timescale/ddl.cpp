#include "ddl.hpp"

#include "tsflow/error.hpp"
#include "tsflow/text.hpp"

namespace tsflow::timescale {

namespace {

constexpr std::size_t longest_name = 63;  // NAMEDATALEN - 1, in bytes

std::vector<std::string> split(const std::string& list) {
    std::vector<std::string> names;
    for (std::size_t at = 0; at <= list.size();) {
        const std::size_t end = std::min(list.find(',', at), list.size());
        const std::size_t first = list.find_first_not_of(' ', at);
        if (first != std::string::npos && first < end) {
            names.push_back(list.substr(first, list.find_last_not_of(' ', end - 1) - first + 1));
        }
        at = end + 1;
    }
    return names;
}

}  // namespace

std::string create_table_sql(const TableRequest& request, bool partitioned) {
    const std::string table = quoted_table(request.name);
    std::string columns;
    std::string comments;
    for (const MappedColumn& column : request.columns) {
        const Field& field = (*request.schema)[column.field];
        const std::string name = Connection::quoted(column.name);
        columns += (columns.empty() ? "" : ", ") + name + " " + wire_type(field.type) +
                   (field.nullable ? "" : " NOT NULL");
        if (!field.unit.empty()) {
            comments += "; COMMENT ON COLUMN " + table + "." + name + " IS " +
                        Connection::literal(field.unit);
        }
    }
    std::string key;
    for (const std::string& name : request.key()) {
        key += (key.empty() ? "" : ", ") + Connection::quoted(name);
    }
    return "CREATE TABLE " + table + " (" + columns +
           (key.empty() ? "" : ", PRIMARY KEY (" + key + ")") + ")" +
           (partitioned ? " PARTITION BY RANGE (" + Connection::quoted(*request.time()) + ")"
                        : "") +
           comments;
}

IndexSql index_sql(const TableFacts& table, const std::string& columns) {
    std::string name = table.name;
    std::string list;
    for (const std::string& column : split(columns)) {
        if (table.find(column) == nullptr) {
            std::vector<std::string> names;
            for (const ColumnFacts& known : table.columns) {
                names.push_back(known.name);
            }
            const std::string near = nearest(column, names);
            throw Error("option 'indexes' names column '" + column + "', which table " +
                        table.quoted() + " does not have" +
                        (near.empty() ? "" : "; did you mean '" + near + "'?"));
        }
        name += "_" + column;
        list += (list.empty() ? "" : ", ") + Connection::quoted(column);
    }
    if (list.empty()) {
        throw Error("option 'indexes' has an item without a column");
    }
    name = name.substr(0, longest_name - 4) + "_idx";
    return {
        Connection::quoted(table.schema) + "." + Connection::quoted(name),
        "CREATE INDEX " + Connection::quoted(name) + " ON " + table.quoted() + " (" + list + ")"};
}

}  // namespace tsflow::timescale
