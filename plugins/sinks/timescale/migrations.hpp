#pragma once

#include <string>
#include <vector>

#include "connection.hpp"

namespace tsflow::timescale {

/// The sink's own tables, in the schema `tsflow`. They have a version, kept in tsflow.migrations, and each
/// release brings an older one up to date by the statements that are missing:
///
///     1  checkpoints     what is in the database, by its own account (checkpoints.hpp)
///     2  touched_ranges  times where continuous aggregates wait to be refreshed (aggregates_touched.hpp)
extern const std::vector<std::string> migrations;

/// Version of the tables that are there; 0: none.
int stored_version(Connection& connection);
/// Brings them up to date: within a transaction, and one program at a time. Throws Error when they are newer
/// than this program. Needs no right to create anything when they are up to date.
void migrate(Connection& connection);

/// Why migrate() would fail; empty: it would not. Reads only.
std::string migration_problem(Connection& connection, const std::string& role, bool may_create);

/// Takes the lock, until the transaction ends, under which sinks make and change tables.
void lock_ddl(Connection& connection);

}  // namespace tsflow::timescale
