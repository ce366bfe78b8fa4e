#pragma once

#include <string>
#include <vector>

#include "table_match.hpp"

namespace tsflow::timescale {

/// Makes the continuous aggregate and its policy where they are missing. What is in the table already is put
/// down to be refreshed. Within a transaction. Throws Error when something else has its name.
void complete_aggregate(Connection& connection, const TableRequest& request,
                        const AggregateOptions& options, const TableFacts& table);

/// A continuous aggregate of a hypertable, or of another of its aggregates.
struct Aggregate {
    std::string name;   ///< quoted
    std::string width;  ///< of a bucket, as an interval: `00:05:00`
    bool has_policy = false;
    /// Rows that are older than this when they are committed are not seen by the policy for sure: it may next
    /// run when they have left its window. None: the policy sees all, or there is none.
    std::optional<Duration> reach;
};
/// Those of the hypertable, each behind those that it is made of.
std::vector<Aggregate> aggregates_on(Connection& connection, const TableFacts& table);

}  // namespace tsflow::timescale
