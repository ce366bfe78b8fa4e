#include "table_facts.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace tsflow::timescale {

namespace {

constexpr const char* server_sql = R"sql(
    SELECT current_setting('server_version_num'), current_database(), current_user,
           coalesce(current_schema(), ''),
           coalesce((SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'), ''),
           EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb'),
           coalesce(current_setting('timescaledb.license', true), 'timescale') <> 'apache',
           pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean,
           has_database_privilege(current_database(), 'CREATE'),
           has_database_privilege(current_database(), 'TEMP')
)sql";

constexpr const char* table_sql = R"sql(
    SELECT c.oid, n.nspname, c.relname, c.relkind, pg_has_role(c.relowner, 'USAGE'),
           coalesce(pg_get_partkeydef(c.oid), '')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = to_regclass($1)
)sql";

constexpr const char* columns_sql = R"sql(
    SELECT a.attname, format_type(a.atttypid, a.atttypmod),
           CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END,
           CASE t.typtype WHEN 'd' THEN t.typtypmod ELSE a.atttypmod END,
           a.attnotnull OR t.typnotnull,
           a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL,
           a.attgenerated <> '' OR a.attidentity = 'a',
           has_column_privilege(a.attrelid, a.attnum, 'INSERT'),
           has_column_privilege(a.attrelid, a.attnum, 'UPDATE'),
           has_column_privilege(a.attrelid, a.attnum, 'SELECT')
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
)sql";

constexpr const char* keys_sql = R"sql(
    SELECT c.relname, i.indisprimary, a.attname
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
         CROSS JOIN unnest(i.indkey::smallint[]) WITH ORDINALITY AS k(attnum, place)
         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indimmediate
          AND i.indpred IS NULL AND i.indexprs IS NULL AND k.place <= i.indnkeyatts
    ORDER BY i.indisprimary DESC, c.relname, k.place
)sql";

constexpr const char* foreign_keys_sql = R"sql(
    SELECT pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = $1::oid AND contype = 'f' AND conparentid = 0 ORDER BY conname
)sql";

constexpr const char* hypertable_sql = R"sql(
    SELECT d.column_name, coalesce(d.time_interval::text, d.integer_interval::text, ''),
           h.compression_enabled
    FROM timescaledb_information.hypertables h
         JOIN timescaledb_information.dimensions d USING (hypertable_schema, hypertable_name)
    WHERE hypertable_schema = $1 AND hypertable_name = $2 AND d.dimension_number = 1
)sql";

std::string text(const Answer& answer, std::size_t row, std::size_t column) {
    return std::string{answer.text(row, column)};
}

/// What a type's modifier limits; pg_attribute.atttypmod, as the types' own functions read it.
void read_modifier(std::int64_t modifier, ColumnFacts& column) {
    constexpr std::int64_t header = 4;
    if (modifier < 0) {
        return;
    }
    switch (column.type) {
        case SqlType::character:
        case SqlType::varchar:
            column.length = static_cast<int>(modifier - header);
            break;
        case SqlType::timestamp:
        case SqlType::timestamptz:
            column.precision = static_cast<int>(modifier);
            break;
        case SqlType::numeric: {
            constexpr std::int64_t sign = 1024;  // of an 11-bit number
            column.precision = static_cast<int>(((modifier - header) >> 16) & 0xffff);
            column.scale = static_cast<int>((((modifier - header) & 0x7ff) ^ sign) - sign);
            break;
        }
        default:
            break;
    }
}

std::vector<ColumnFacts> columns_of(Connection& connection, const std::string& oid) {
    const std::array parameters{text_parameter(oid)};
    const Answer rows = connection.execute(columns_sql, parameters);
    std::vector<ColumnFacts> columns;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        ColumnFacts& column = columns.emplace_back();
        column.name = text(rows, row, 0);
        column.declared = text(rows, row, 1);
        column.type = static_cast<SqlType>(rows.integer(row, 2));
        column.not_null = rows.boolean(row, 4);
        column.has_default = rows.boolean(row, 5);
        column.generated = rows.boolean(row, 6);
        column.may_insert = rows.boolean(row, 7);
        column.may_update = rows.boolean(row, 8);
        column.may_select = rows.boolean(row, 9);
        read_modifier(rows.integer(row, 3), column);
    }
    return columns;
}

std::vector<TableFacts::Key> keys_of(Connection& connection, const std::string& oid) {
    const std::array parameters{text_parameter(oid)};
    const Answer rows = connection.execute(keys_sql, parameters);
    std::vector<TableFacts::Key> keys;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        if (keys.empty() || keys.back().name != rows.text(row, 0)) {
            keys.push_back({text(rows, row, 0), rows.boolean(row, 1), {}});
        }
        keys.back().columns.push_back(text(rows, row, 2));
    }
    return keys;
}

}  // namespace

ServerFacts server_facts(Connection& connection) {
    const Answer row = connection.execute(server_sql);
    ServerFacts facts;
    facts.version = static_cast<int>(row.integer(0, 0));
    facts.database = text(row, 0, 1);
    facts.role = text(row, 0, 2);
    facts.schema = text(row, 0, 3);
    facts.extension = text(row, 0, 4);
    facts.available = row.boolean(0, 5);
    facts.community = row.boolean(0, 6);
    facts.read_only = row.boolean(0, 7);
    facts.may_create = row.boolean(0, 8);
    facts.may_stage = row.boolean(0, 9);
    return facts;
}

bool at_least(const std::string& version, int major, int minor) {
    char* end = nullptr;
    const long found_major = std::strtol(version.c_str(), &end, 10);
    const long found_minor = *end == '.' ? std::strtol(end + 1, nullptr, 10) : 0;
    return found_major > major || (found_major == major && found_minor >= minor);
}

const ColumnFacts* TableFacts::find(const std::string& column) const noexcept {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const ColumnFacts& c) { return c.name == column; });
    return found == columns.end() ? nullptr : &*found;
}

std::optional<TableFacts> table_facts(Connection& connection, const ServerFacts& server,
                                      const std::string& name) {
    const std::array named{text_parameter(name)};
    const Answer row = connection.execute(table_sql, named);
    if (row.rows() == 0) {
        return std::nullopt;
    }
    TableFacts facts;
    const std::string oid = text(row, 0, 0);
    facts.oid = static_cast<std::uint32_t>(row.integer(0, 0));
    facts.schema = text(row, 0, 1);
    facts.name = text(row, 0, 2);
    facts.kind = row.text(0, 3).front();
    facts.owner = row.boolean(0, 4);
    facts.partition_key = text(row, 0, 5);
    facts.columns = columns_of(connection, oid);
    facts.keys = keys_of(connection, oid);
    const std::array of_table{text_parameter(oid)};
    const Answer foreign = connection.execute(foreign_keys_sql, of_table);
    for (std::size_t i = 0; i < foreign.rows(); ++i) {
        facts.foreign_keys.push_back(text(foreign, i, 0));
    }
    if (!server.extension.empty()) {
        const std::array names{text_parameter(facts.schema), text_parameter(facts.name)};
        const Answer hyper = connection.execute(hypertable_sql, names);
        if (hyper.rows() > 0) {
            facts.hypertable = {text(hyper, 0, 0), text(hyper, 0, 1), hyper.boolean(0, 2)};
        }
    }
    return facts;
}

}  // namespace tsflow::timescale
