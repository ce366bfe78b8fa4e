#pragma once

#include <string>
#include <vector>

#include "table_match.hpp"

namespace tsflow::timescale {

/// CREATE TABLE with a column for each that the table gets, NOT NULL where the rows have a value, the key as
/// primary key, and the units as comments. `partitioned`: by ranges of the event time.
std::string create_table_sql(const TableRequest& request, bool partitioned);

/// An index that option `indexes` asks for.
struct IndexSql {
    std::string name;
    std::string sql;
};
/// `columns` is a list separated by commas. Throws Error for one that `table` does not have.
IndexSql index_sql(const TableFacts& table, const std::string& columns);

}  // namespace tsflow::timescale
