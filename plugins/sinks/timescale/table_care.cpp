#include "table_care.hpp"

#include <algorithm>
#include <array>

#include "aggregates.hpp"
#include "ddl.hpp"
#include "hypertable.hpp"
#include "migrations.hpp"

namespace tsflow::timescale {

namespace {

// TimescaleDB 2.14 began to limit how much a transaction may decompress.
constexpr int limit_major = 2;
constexpr int limit_minor = 14;
// 2.21 learned to take what is copied into compressed chunks, of tables without a unique index.
constexpr int direct_major = 2;
constexpr int direct_minor = 21;

bool makes_hypertable(const ServerFacts& server, const TableRequest& request,
                      const TableOptions& options) {
    return options.hypertable && !server.extension.empty() && hypertable_problem(request).empty();
}

void make_table(Connection& connection, const ServerFacts& server, const TableRequest& request,
                const TableOptions& options) {
    const bool hyper = makes_hypertable(server, request, options);
    const bool partitioned =
        !hyper && options.partitions != "none" && hypertable_problem(request).empty();
    connection.execute(create_table_sql(request, partitioned));
    if (hyper) {
        make_hypertable(connection, request, options);
    }
}

void make_indexes(Connection& connection, const TableOptions& options, const TableFacts& table) {
    for (const std::string& columns : options.indexes) {
        const IndexSql index = index_sql(table, columns);
        const std::array parameters{text_parameter(index.name)};
        if (connection.execute("SELECT to_regclass($1) IS NULL", parameters).boolean(0, 0)) {
            connection.execute(index.sql);
        }
    }
}

/// Makes the table if it is missing, and what the options ask for and it lacks.
void complete(Connection& connection, const ServerFacts& server, const TableRequest& request,
              const TableOptions& options, std::vector<std::string>& warnings) {
    Transaction transaction(connection);
    lock_ddl(connection);
    const std::string name = quoted_table(request.name);
    auto table = table_facts(connection, server, name);
    const bool is_new = !table;
    if (is_new) {
        make_table(connection, server, request, options);
        table = table_facts(connection, server, name);
    }
    make_indexes(connection, options, *table);
    if (table->hypertable && server.community) {
        complete_hypertable(connection, request, options, *table, warnings);
        for (const AggregateOptions& aggregate : aggregates_of(options, request)) {
            complete_aggregate(connection, request, aggregate, *table);
        }
    } else if (!server.extension.empty() && options.hypertable) {
        const std::string reason = hypertable_problem(request);
        warnings.push_back("table " + table->quoted() + " is no hypertable" +
                           (!reason.empty() ? ": " + reason
                            : is_new        ? ""
                                            : "; it is left as it is, and create_hypertable(…, "
                                              "migrate_data => true) makes it one"));
    }
    transaction.commit();
}

std::string joined(const std::vector<std::string>& problems) {
    std::string text;
    for (const std::string& problem : problems) {
        text += (text.empty() ? "" : "; ") + problem;
    }
    return text;
}

}  // namespace

std::vector<AggregateOptions> aggregates_of(const TableOptions& options,
                                            const TableRequest& request) {
    std::vector<AggregateOptions> mine;
    for (const AggregateOptions& aggregate : options.aggregates) {
        if (aggregate.table.empty() || aggregate.table == request.name) {
            mine.push_back(aggregate);
        }
    }
    return mine;
}

std::vector<std::string> unavailable(const ServerFacts& server, const TableOptions& options) {
    std::vector<std::string> names;
    if (server.extension.empty() || !server.community) {
        if (options.compress_after) {
            names.emplace_back("compress_after");
        }
        if (options.drop_after) {
            names.emplace_back("drop_after");
        }
        if (!options.aggregates.empty()) {
            names.emplace_back("aggregates");
        }
    }
    return names;
}

std::string plain_warning(const ServerFacts& server) {
    if (!server.extension.empty()) {
        return server.community ? ""
                                : "TimescaleDB runs under its Apache licence, without compression, "
                                  "policies and continuous aggregates; set timescaledb.license = "
                                  "'timescale' for them";
    }
    return "database '" + server.database + "' has no TimescaleDB, so tables are plain ones" +
           (server.available ? "; CREATE EXTENSION timescaledb gives it" : "");
}

PreparedTable prepare_table(Connection& connection, const ServerFacts& server,
                            const TableRequest& request, const TableOptions& options) {
    PreparedTable prepared;
    if (options.create) {
        complete(connection, server, request, options, prepared.warnings);
    }
    auto table = table_facts(connection, server, quoted_table(request.name));
    if (!table) {
        throw Error(connection.place() + " has no table '" + request.name +
                    "'; make it, or set create = true");
    }
    TableMatch match = match_table(request, *table, server);
    if (!match.problems.empty()) {
        throw Error("table '" + request.name + "' in " + connection.place() +
                    " cannot take these rows: " + joined(match.problems));
    }
    if (table->hypertable) {
        prepared.aggregates = aggregates_on(connection, *table);
    }
    prepared.facts = std::move(*table);
    prepared.target = std::move(match.target);
    prepared.rounded = std::move(match.rounded);
    prepared.notes = std::move(match.notes);
    prepared.warnings.insert(prepared.warnings.end(), match.warnings.begin(), match.warnings.end());
    return prepared;
}

PreparedTables prepare_tables(Connection& connection, const std::vector<TableRequest>& requests,
                              const TableOptions& options, bool bulk,
                              const std::function<void(Level level, std::string_view text)>& tell) {
    const ServerFacts server = server_facts(connection);
    if (const std::string warning = plain_warning(server); !warning.empty()) {
        tell(Level::warning, warning);
    }
    for (const std::string& option : unavailable(server, options)) {
        tell(Level::warning, "option '" + option + "' does nothing there");
    }
    PreparedTables prepared;
    if (at_least(server.extension, limit_major, limit_minor)) {
        // It would end a transaction that replaces many rows in compressed chunks.
        prepared.settings = "SET timescaledb.max_tuples_decompressed_per_dml_transaction = 0";
    }
    const bool compressible = std::any_of(requests.begin(), requests.end(),
                                          [](const TableRequest& r) { return !r.keyed(); });
    if (bulk && compressible && at_least(server.extension, direct_major, direct_minor)) {
        prepared.settings += "; SET timescaledb.enable_direct_compress_copy = on";
    }
    for (const TableRequest& request : requests) {
        PreparedTable& table =
            prepared.tables.emplace_back(prepare_table(connection, server, request, options));
        for (const std::string& warning : table.warnings) {
            tell(Level::warning, "table '" + request.name + "': " + warning);
        }
        for (const std::string& note : table.notes) {
            tell(Level::info, "table '" + request.name + "': " + note);
        }
    }
    return prepared;
}

}  // namespace tsflow::timescale
