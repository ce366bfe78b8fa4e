#pragma once

#include <string>

#include "common/sqlite/database.hpp"
#include "table_sql.hpp"

namespace tsflow::sqlite {

/// Whether the main database has a table, view or virtual table of this name.
bool has_table(const Database& database, const std::string& table);

/// Throws Error with all reasons why rows of the schema cannot go to the existing table: missing columns,
/// columns that would change values by their affinity, columns that every row would leave empty, another
/// primary key.
void check_table(const Database& database, const Target& target);

}  // namespace tsflow::sqlite
