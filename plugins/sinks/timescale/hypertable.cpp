#include "hypertable.hpp"

#include <algorithm>
#include <array>

#include "aggregates_sql.hpp"

namespace tsflow::timescale {

namespace {

/// A policy of the hypertable, whose age is the member `key` of its configuration.
struct Policy {
    const char* procedure;
    const char* key;
    const char* option;
    const char* add;
};
constexpr Policy compression{"policy_compression", "compress_after", "compress_after",
                             "add_compression_policy"};
constexpr Policy retention{"policy_retention", "drop_after", "drop_after", "add_retention_policy"};

void add_policy(Connection& connection, const Policy& policy, Duration age, const TableFacts& table,
                std::vector<std::string>& warnings) {
    const std::array parameters{text_parameter(table.schema), text_parameter(table.name),
                                text_parameter(policy.procedure), text_parameter(policy.key)};
    const Answer found = connection.execute(
        "SELECT coalesce(config->>$4, 'another measure'), coalesce((config->>$4)::interval = " +
            interval(age) +
            ", false) FROM timescaledb_information.jobs WHERE hypertable_schema = $1 AND "
            "hypertable_name = $2 AND proc_name = $3",
        parameters);
    if (found.rows() == 0) {
        connection.execute(std::string{"SELECT "} + policy.add + "(" +
                           Connection::literal(table.quoted()) + ", " + policy.key + " => " +
                           interval(age) + ")");
    } else if (!found.boolean(0, 1)) {
        warnings.push_back("hypertable " + table.quoted() + " has a policy already, with " +
                           policy.key + " " + std::string{found.text(0, 0)} + ", and option '" +
                           policy.option + "' says " + format_duration(age) +
                           "; it is left as it is");
    }
}

/// Segmented by the key, so that a compressed row is found by it without much being unpacked.
std::string compress_sql(const TableRequest& request, const TableFacts& table) {
    std::string segments;
    for (const std::string& name : request.key()) {
        if (name != table.hypertable->time_column) {
            segments += (segments.empty() ? "" : ", ") + Connection::quoted(name);
        }
    }
    std::string sql =
        "ALTER TABLE " + table.quoted() + " SET (timescaledb.compress, " +
        "timescaledb.compress_orderby = " +
        Connection::literal(Connection::quoted(table.hypertable->time_column) + " DESC");
    if (!segments.empty()) {
        sql += ", timescaledb.compress_segmentby = " + Connection::literal(segments);
    }
    return sql + ")";
}

}  // namespace

std::string hypertable_problem(const TableRequest& request) {
    const std::string* time = request.time();
    if (time == nullptr) {
        return "the rows have no event time";
    }
    const std::vector<std::string> key = request.key();
    if (!key.empty() && std::find(key.begin(), key.end(), *time) == key.end()) {
        return "the event time '" + *time + "' is no part of the rows' key";
    }
    return {};
}

void make_hypertable(Connection& connection, const TableRequest& request,
                     const TableOptions& options) {
    connection.execute("SELECT create_hypertable(" +
                       Connection::literal(quoted_table(request.name)) + ", " +
                       Connection::literal(*request.time()) + ", chunk_time_interval => " +
                       interval(options.chunk_interval) + ", create_default_indexes => false)");
}

void complete_hypertable(Connection& connection, const TableRequest& request,
                         const TableOptions& options, const TableFacts& table,
                         std::vector<std::string>& warnings) {
    if (options.compress_after) {
        if (!table.hypertable->compressed) {
            connection.execute(compress_sql(request, table));
        }
        add_policy(connection, compression, *options.compress_after, table, warnings);
    }
    if (options.drop_after) {
        add_policy(connection, retention, *options.drop_after, table, warnings);
    }
}

}  // namespace tsflow::timescale
