#include "probe.hpp"

#include <algorithm>
#include <array>

#include "aggregates_sql.hpp"
#include "ddl.hpp"
#include "hypertable.hpp"
#include "migrations.hpp"

namespace tsflow::timescale {

namespace {

// Upserts into compressed chunks came with TimescaleDB 2.11.
constexpr int upserts_major = 2;
constexpr int upserts_minor = 11;
constexpr int oldest_server = 120000;

class Probe {
public:
    Probe(Connection& connection, const TableOptions& options)
        : connection_(connection), options_(options), server_(server_facts(connection)) {}

    ProbeReport run(const std::vector<TableRequest>& requests, bool copy) {
        probe_server(copy);
        attempt([&] { tell(migration_problem(connection_, server_.role, server_.may_create)); });
        for (const TableRequest& request : requests) {
            attempt([&] { probe_table(request); });
        }
        return std::move(report_);
    }

private:
    void tell(const std::string& problem) {
        if (!problem.empty()) {
            report_.problems.push_back(problem);
        }
    }
    void warn(const std::string& text) {
        if (!text.empty()) {
            report_.warnings.push_back(text);
        }
    }
    /// What the server refuses to tell is a problem, and no reason not to look further.
    template <class Look>
    void attempt(Look&& look) {
        try {
            look();
        } catch (const RetryableError&) {
            throw;
        } catch (const Error& error) {
            tell(error.what());
        }
    }

    void probe_server(bool copy) {
        if (server_.version < oldest_server) {
            tell("the server is PostgreSQL " + std::to_string(server_.version / 10'000) +
                 ", and 12 is the oldest that can be written to");
        }
        if (server_.read_only) {
            tell(
                "the server takes no changes: it is a standby, or default_transaction_read_only is "
                "on; connect to the primary");
        }
        if (copy && !server_.may_stage) {
            tell("role '" + server_.role +
                 "' may not make temporary tables, through which rows go; GRANT TEMPORARY ON "
                 "DATABASE " +
                 Connection::quoted(server_.database) + " TO " + Connection::quoted(server_.role));
        }
        warn(plain_warning(server_));
        for (const std::string& option : unavailable(server_, options_)) {
            warn("option '" + option + "' does nothing there");
        }
    }

    void probe_table(const TableRequest& request) {
        const auto table = table_facts(connection_, server_, quoted_table(request.name));
        if (!table) {
            probe_missing(request);
            return;
        }
        const TableMatch match = match_table(request, *table, server_);
        for (const std::string& problem : match.problems) {
            tell("table '" + request.name + "': " + problem);
        }
        for (const std::string& warning : match.warnings) {
            warn("table '" + request.name + "': " + warning);
        }
        for (const std::string& note : match.notes) {
            warn("table '" + request.name + "': " + note);
        }
        if (options_.create) {
            probe_completion(request, *table);
        }
        if (table->hypertable && table->hypertable->compressed && request.keyed() &&
            !at_least(server_.extension, upserts_major, upserts_minor)) {
            warn("TimescaleDB " + server_.extension +
                 " refuses to replace rows in compressed chunks; 2.11 and later do it");
        }
    }

    void probe_missing(const TableRequest& request) {
        if (!options_.create) {
            tell("there is no table '" + request.name + "'; make it, or set create = true");
            return;
        }
        const std::size_t dot = request.name.find('.');
        const std::string schema =
            dot == std::string::npos ? server_.schema : request.name.substr(0, dot);
        const std::array parameters{text_parameter(schema)};
        const Answer right = connection_.execute(
            "SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = $1",
            parameters);
        if (right.rows() == 0) {
            tell("there is no schema '" + schema + "' to make table '" + request.name +
                 "' in; CREATE SCHEMA " + Connection::quoted(schema));
        } else if (!right.boolean(0, 0)) {
            tell("role '" + server_.role + "' may not make table '" + request.name +
                 "'; GRANT CREATE ON SCHEMA " + Connection::quoted(schema) + " TO " +
                 Connection::quoted(server_.role) + ", or make the table");
        }
        const std::string reason = hypertable_problem(request);
        if (!server_.extension.empty() && options_.hypertable && !reason.empty()) {
            warn("table '" + request.name + "' will be no hypertable: " + reason);
        }
    }

    /// What prepare_table() would add to the table.
    void probe_completion(const TableRequest& request, const TableFacts& table) {
        bool changes = false;
        for (const std::string& columns : options_.indexes) {
            attempt([&] {
                const IndexSql index = index_sql(table, columns);
                const std::array parameters{text_parameter(index.name)};
                changes =
                    changes ||
                    connection_.execute("SELECT to_regclass($1) IS NULL", parameters).boolean(0, 0);
            });
        }
        for (const AggregateOptions& aggregate : aggregates_of(options_, request)) {
            if (request.time() != nullptr) {
                attempt([&] { create_aggregate_sql(aggregate, request, table); });
            }
        }
        changes = changes ||
                  (table.hypertable && options_.compress_after && !table.hypertable->compressed);
        if (changes && !table.owner) {
            tell("role '" + server_.role + "' does not own table '" + request.name +
                 "', and the options ask for what it lacks; let its owner add it, or leave out "
                 "compress_after and indexes");
        }
    }

    Connection& connection_;
    const TableOptions& options_;
    const ServerFacts server_;
    ProbeReport report_;
};

}  // namespace

ProbeReport probe_tables(Connection& connection, const std::vector<TableRequest>& requests,
                         const TableOptions& options, bool copy) {
    Probe probe(connection, options);
    connection.execute("SET default_transaction_read_only = on");
    return probe.run(requests, copy);
}

}  // namespace tsflow::timescale
