#pragma once

#include <string>
#include <vector>

#include "table_match.hpp"

namespace tsflow::timescale {

/// Why a hypertable cannot be made of the table that `request` asks for; empty: it can.
std::string hypertable_problem(const TableRequest& request);

/// Makes the new table a hypertable.
void make_hypertable(Connection& connection, const TableRequest& request,
                     const TableOptions& options);

/// Adds what `options` ask for and the hypertable lacks: compression, policies. What it has stays as it is,
/// and what differs from the options is told in `warnings`. Within a transaction.
void complete_hypertable(Connection& connection, const TableRequest& request,
                         const TableOptions& options, const TableFacts& table,
                         std::vector<std::string>& warnings);

}  // namespace tsflow::timescale
