#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "common/sqlite/database.hpp"
#include "ledger/gap_query.hpp"

/// How holes lie in the file, for the ledger and for those who only read it.
namespace tsflow::massive::gap_rows {

/// The columns that read() expects, in its order.
inline constexpr std::string_view columns =
    "id, channel, symbol, since, until, cause, state, filled_to, backfilled, detected, changed, "
    "detail";

/// True when the file is a ledger of the version that this code reads, false when it is empty.
/// Throws Error otherwise.
bool present(sqlite::Database& database);
/// Makes the tables of an empty file, in one transaction.
void create(sqlite::Database& database);

/// The row that `statement` stands on. Throws Error when it holds what no ledger writes.
Gap read(const sqlite::Statement& statement, const sqlite::Database& database);
std::vector<Gap> select(const sqlite::Database& database, const GapFilter& filter);

inline std::int64_t count(Timestamp time) noexcept {
    return time.time_since_epoch().count();
}

}  // namespace tsflow::massive::gap_rows
