#pragma once

#include <optional>
#include <string>
#include <vector>

#include "table_facts.hpp"
#include "table_match.hpp"
#include "table_options.hpp"

namespace tsflow::timescale {

/// `high:max`
struct AggregateValue {
    std::string column;
    std::string function;
};
std::optional<AggregateValue> parse_aggregate_value(const std::string& text);

/// How far back the policy of an aggregate looks, and how often.
struct AggregatePolicy {
    Duration window;
    Duration every;
};
AggregatePolicy policy_of(const AggregateOptions& options);

/// CREATE MATERIALIZED VIEW … WITH (timescaledb.continuous) over `table`, by the rows' key. Throws Error for
/// a column that the table does not have.
std::string create_aggregate_sql(const AggregateOptions& options, const TableRequest& request,
                                 const TableFacts& table);
std::string add_aggregate_policy_sql(const AggregateOptions& options);

/// `duration` as a literal: `INTERVAL '7 days'`.
std::string interval(Duration duration);

}  // namespace tsflow::timescale
