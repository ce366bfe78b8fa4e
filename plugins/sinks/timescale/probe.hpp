#pragma once

#include <string>
#include <vector>

#include "table_care.hpp"

namespace tsflow::timescale {

/// What stands in the way of a sink, and what it will do that one may not expect.
struct ProbeReport {
    std::vector<std::string> problems;
    std::vector<std::string> warnings;
};

/// `validate --online`: looks, read-only, whether prepare_table() would succeed for these tables and rows
/// could be written.
ProbeReport probe_tables(Connection& connection, const std::vector<TableRequest>& requests,
                         const TableOptions& options, bool copy);

}  // namespace tsflow::timescale
