#include "aggregates_sql.hpp"

#include <algorithm>
#include <set>

#include "tsflow/text.hpp"

namespace tsflow::timescale {

namespace {

constexpr int buckets_in_window = 8;

/// The options' values that the table has columns for. Of the default ones, which fit bars, those are left
/// out that it has not.
std::vector<AggregateValue> values_for(const AggregateOptions& options, const TableFacts& table) {
    const bool by_default = options.values == AggregateOptions{}.values;
    std::vector<AggregateValue> values;
    for (const std::string& text : options.values) {
        const auto value = parse_aggregate_value(text);
        if (table.find(value->column) != nullptr) {
            values.push_back(*value);
        } else if (!by_default) {
            std::vector<std::string> names;
            for (const ColumnFacts& column : table.columns) {
                names.push_back(column.name);
            }
            const std::string near = nearest(value->column, names);
            throw Error("aggregate '" + options.name + "' is to have '" + text + "', and table " +
                        table.quoted() + " has no column '" + value->column + "'" +
                        (near.empty() ? "" : "; did you mean '" + near + "'?"));
        }
    }
    if (values.empty()) {
        throw Error("aggregate '" + options.name + "' has no columns: table " + table.quoted() +
                    " has none of those of a bar; say in 'values' what it is to have");
    }
    return values;
}

std::string expression_of(const AggregateValue& value, const std::string& time) {
    const bool by_time = value.function == "first" || value.function == "last";
    return value.function + "(" + Connection::quoted(value.column) + (by_time ? ", " + time : "") +
           ")";
}

}  // namespace

std::optional<AggregateValue> parse_aggregate_value(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) {
        return std::nullopt;
    }
    AggregateValue value{text.substr(0, colon), text.substr(colon + 1)};
    for (const char* known : {"first", "last", "min", "max", "sum", "avg", "count"}) {
        if (value.function == known) {
            return value;
        }
    }
    return std::nullopt;
}

AggregatePolicy policy_of(const AggregateOptions& options) {
    const Duration window = std::max<Duration>(Days{1}, buckets_in_window * options.bucket);
    return {options.refresh_window.value_or(window),
            options.refresh_every.value_or(options.bucket)};
}

std::string create_aggregate_sql(const AggregateOptions& options, const TableRequest& request,
                                 const TableFacts& table) {
    const std::string time = Connection::quoted(*request.time());
    std::string columns;
    std::string groups;
    std::set<std::string> names{*request.time()};
    int place = 0;
    for (const std::string& name : request.key()) {
        if (name != *request.time()) {
            columns += Connection::quoted(name) + ", ";
            groups += std::to_string(++place) + ", ";
            names.insert(name);
        }
    }
    columns += "time_bucket(" + interval(options.bucket) + ", " + time +
               (options.time_zone.empty() ? "" : ", " + Connection::literal(options.time_zone)) +
               ") AS " + time;
    groups += std::to_string(++place);
    for (const AggregateValue& value : values_for(options, table)) {
        // The second use of a column is named after its function, too.
        const std::string name =
            names.insert(value.column).second ? value.column : value.column + "_" + value.function;
        columns += ", " + expression_of(value, time) + " AS " + Connection::quoted(name);
    }
    return "CREATE MATERIALIZED VIEW " + quoted_table(options.name) +
           " WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS SELECT " +
           columns + " FROM " + table.quoted() + " GROUP BY " + groups + " WITH NO DATA";
}

std::string add_aggregate_policy_sql(const AggregateOptions& options) {
    const AggregatePolicy policy = policy_of(options);
    return "SELECT add_continuous_aggregate_policy(" +
           Connection::literal(quoted_table(options.name)) + ", start_offset => " +
           interval(policy.window) + ", end_offset => " + interval(options.bucket) +
           ", schedule_interval => " + interval(policy.every) + ", if_not_exists => true)";
}

std::string interval(Duration duration) {
    const auto count = duration.count();
    constexpr std::int64_t second = 1'000'000'000;
    constexpr std::int64_t day = 86'400 * second;
    if (count % day == 0) {
        return "INTERVAL '" + std::to_string(count / day) + " days'";
    }
    if (count % second == 0) {
        return "INTERVAL '" + std::to_string(count / second) + " seconds'";
    }
    return "INTERVAL '" + std::to_string(count / 1'000) + " microseconds'";
}

}  // namespace tsflow::timescale
