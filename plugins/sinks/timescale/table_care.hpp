#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "aggregates.hpp"
#include "table_match.hpp"
#include "tsflow/context.hpp"

namespace tsflow::timescale {

/// A table that is there and fits.
struct PreparedTable {
    TableFacts facts;
    TargetTable target;
    std::vector<RoundedColumn> rounded;
    std::vector<std::string> warnings;
    std::vector<std::string> notes;
    /// Continuous aggregates of it, whoever made them.
    std::vector<Aggregate> aggregates;
};

/// Makes what is missing, if the options say so, and sees whether the rows fit the table. Sinks that start
/// at the same time wait for each other. Throws Error with all reasons why they do not fit.
PreparedTable prepare_table(Connection& connection, const ServerFacts& server,
                            const TableRequest& request, const TableOptions& options);

struct PreparedTables {
    std::vector<PreparedTable> tables;
    std::string settings;  ///< statements for each connection that writes to them
};
/// The same for several tables, also for loading them with `bulk`; what there is to say goes to `tell`.
PreparedTables prepare_tables(Connection& connection, const std::vector<TableRequest>& requests,
                              const TableOptions& options, bool bulk,
                              const std::function<void(Level level, std::string_view text)>& tell);

/// What of `options` a server cannot do, because it has no TimescaleDB or not all of it.
std::vector<std::string> unavailable(const ServerFacts& server, const TableOptions& options);
/// The sentence for one that has none; empty when it has.
std::string plain_warning(const ServerFacts& server);

/// Those of `options.aggregates` that are of this table.
std::vector<AggregateOptions> aggregates_of(const TableOptions& options,
                                            const TableRequest& request);

}  // namespace tsflow::timescale
