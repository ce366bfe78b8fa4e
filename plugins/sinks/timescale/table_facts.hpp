#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connection.hpp"

namespace tsflow::timescale {

/// What the catalogue says of a server and of the role that is connected.
struct ServerFacts {
    int version = 0;  ///< such as 150018
    std::string database;
    std::string role;
    std::string schema;      ///< where a table without a schema is made; empty: nowhere
    std::string extension;   ///< version of TimescaleDB; empty: it is not in this database
    bool available = false;  ///< TimescaleDB is installed, whether or not it is in this database
    bool community = true;   ///< its licence allows compression, policies and continuous aggregates
    bool read_only = false;  ///< a standby, or set to be so
    bool may_create = false;  ///< schemas in this database
    bool may_stage = false;   ///< temporary tables
};
ServerFacts server_facts(Connection& connection);

/// Whether the version text `version` is at least MAJOR.MINOR; text behind it does not count.
bool at_least(const std::string& version, int major, int minor);

/// A built-in type, by its OID, which pg_type.dat fixes; any other number is a type that rows do not fit.
enum class SqlType : std::uint32_t {
    boolean = 16,
    bigint = 20,
    smallint = 21,
    integer = 23,
    text = 25,
    real = 700,
    double_precision = 701,
    character = 1042,
    varchar = 1043,
    date = 1082,
    timestamp = 1114,
    timestamptz = 1184,
    numeric = 1700
};

struct ColumnFacts {
    std::string name;
    std::string declared;  ///< as the server names it: `numeric(12,4)`, or a domain's name
    SqlType type{};        ///< of a domain, the type below it
    /// Of numeric(p,s), timestamp(p) and varchar(n); none where they do not limit.
    std::optional<int> precision, scale, length;
    bool not_null = false;
    bool has_default = false;
    bool generated = false;  ///< cannot be written
    bool may_insert = false, may_update = false, may_select = false;
};

struct TableFacts {
    std::uint32_t oid = 0;
    std::string schema, name;
    char kind = 'r';  ///< pg_class.relkind
    bool owner = false;
    std::string partition_key;  ///< such as `RANGE ("timestamp")`; of a partitioned table
    std::vector<ColumnFacts> columns;
    struct Key {
        std::string name;
        bool primary = false;
        std::vector<std::string> columns;
    };
    /// Unique indexes that rows can be replaced by.
    std::vector<Key> keys;
    /// `FOREIGN KEY (symbol) REFERENCES symbols(symbol)`
    std::vector<std::string> foreign_keys;
    struct Hypertable {
        std::string time_column;
        std::string chunk_interval;
        bool compressed = false;  ///< compression is set up
    };
    std::optional<Hypertable> hypertable;

    std::string quoted() const {
        return Connection::quoted(schema) + "." + Connection::quoted(name);
    }
    const ColumnFacts* find(const std::string& column) const noexcept;
};
/// Nothing when there is no table, view or the like of that name; `name` is quoted.
std::optional<TableFacts> table_facts(Connection& connection, const ServerFacts& server,
                                      const std::string& name);

}  // namespace tsflow::timescale
