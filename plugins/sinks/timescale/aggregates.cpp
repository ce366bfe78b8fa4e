#include "aggregates.hpp"

#include <algorithm>
#include <array>

#include "aggregates_sql.hpp"
#include "aggregates_touched.hpp"

namespace tsflow::timescale {

namespace {

constexpr const char* kind_sql = R"sql(
    SELECT c.relkind, EXISTS (SELECT FROM timescaledb_information.continuous_aggregates a
                              WHERE a.view_schema = n.nspname AND a.view_name = c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)
)sql";

// The reach: the policy refreshes buckets that lie within its window when it runs, which is up to one
// schedule after the rows came.
constexpr const char* aggregates_sql = R"sql(
    WITH RECURSIVE tree AS (
        SELECT a.* FROM _timescaledb_catalog.continuous_agg a
               JOIN _timescaledb_catalog.hypertable h ON h.id = a.raw_hypertable_id
        WHERE h.schema_name = $1 AND h.table_name = $2
        UNION ALL
        SELECT a.* FROM _timescaledb_catalog.continuous_agg a
               JOIN tree ON a.raw_hypertable_id = tree.mat_hypertable_id)
    SELECT t.user_view_schema, t.user_view_name, b.bucket_width, j.id IS NOT NULL,
           floor(1e6 * extract(epoch FROM (j.config->>'start_offset')::interval
                 - j.schedule_interval - b.bucket_width::interval))::bigint
    FROM tree t
         JOIN _timescaledb_catalog.continuous_aggs_bucket_function b USING (mat_hypertable_id)
         LEFT JOIN _timescaledb_config.bgw_job j
                ON j.proc_name = 'policy_refresh_continuous_aggregate'
                   AND (j.config->>'mat_hypertable_id')::integer = t.mat_hypertable_id
    ORDER BY t.mat_hypertable_id
)sql";

}  // namespace

void complete_aggregate(Connection& connection, const TableRequest& request,
                        const AggregateOptions& options, const TableFacts& table) {
    const std::string name = quoted_table(options.name);
    const std::array parameters{text_parameter(name)};
    const Answer found = connection.execute(kind_sql, parameters);
    if (found.rows() == 0) {
        connection.execute(create_aggregate_sql(options, request, table));
        put_down_all(connection, table, *request.time());
    } else if (!found.boolean(0, 1)) {
        throw Error("aggregate '" + options.name + "' cannot be made, because something else in " +
                    connection.place() + " has that name; choose another");
    }
    const auto known = aggregates_on(connection, table);
    const std::string ending =
        "." + Connection::quoted(options.name.substr(options.name.rfind('.') + 1));
    const bool has_policy = std::any_of(known.begin(), known.end(), [&](const Aggregate& a) {
        return a.name.ends_with(ending) && a.has_policy;
    });
    if (!has_policy) {
        connection.execute(add_aggregate_policy_sql(options));
    }
}

std::vector<Aggregate> aggregates_on(Connection& connection, const TableFacts& table) {
    const std::array parameters{text_parameter(table.schema), text_parameter(table.name)};
    const Answer rows = connection.execute(aggregates_sql, parameters);
    std::vector<Aggregate> aggregates;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        Aggregate& aggregate = aggregates.emplace_back();
        aggregate.name =
            Connection::quoted(rows.text(row, 0)) + "." + Connection::quoted(rows.text(row, 1));
        aggregate.width = rows.text(row, 2);
        aggregate.has_policy = rows.boolean(row, 3);
        if (!rows.is_null(row, 4)) {
            aggregate.reach = std::chrono::microseconds{rows.integer(row, 4)};
        }
    }
    return aggregates;
}

}  // namespace tsflow::timescale
