#include "migrations.hpp"

namespace tsflow::timescale {

namespace {

constexpr const char* state_sql = R"sql(
    SELECT to_regnamespace('tsflow') IS NOT NULL,
           coalesce((SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace
                     WHERE nspname = 'tsflow'), false),
           coalesce((SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace
                     WHERE nspname = 'tsflow'), false)
)sql";

constexpr const char* rights_sql = R"sql(
    SELECT c.relname, has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
           AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'tsflow' AND c.relname IN ('checkpoints', 'touched_ranges')
)sql";

int latest() {
    return static_cast<int>(migrations.size());
}

std::string newer(int version) {
    return "the tables in schema 'tsflow' are of version " + std::to_string(version) +
           ", and this program knows versions up to " + std::to_string(latest()) +
           "; run the newer tsflow that made them";
}

}  // namespace

const std::vector<std::string> migrations{
    R"sql(
    CREATE TABLE IF NOT EXISTS tsflow.checkpoints (
        pipeline text NOT NULL,
        node text NOT NULL,
        id bigint NOT NULL,
        positions bytea NOT NULL DEFAULT '',
        committed_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (pipeline, node)))sql",
    R"sql(
    CREATE TABLE tsflow.touched_ranges (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        table_name text NOT NULL,
        first timestamptz NOT NULL,
        last timestamptz NOT NULL))sql"};

void lock_ddl(Connection& connection) {
    // An advisory lock alone leaves the session's view of the catalogue as old as it was; locking a table, as
    // any query of one does, brings it up to date with what the lock's last holder made.
    connection.execute(
        "SET LOCAL lock_timeout = '60s'; "
        "SELECT pg_advisory_xact_lock(hashtextextended('tsflow', 0)); "
        "SELECT count(*) FROM pg_catalog.pg_namespace");
}

int stored_version(Connection& connection) {
    const Answer found = connection.execute("SELECT to_regclass('tsflow.migrations') IS NOT NULL");
    if (!found.boolean(0, 0)) {
        return 0;
    }
    return static_cast<int>(
        connection.execute("SELECT coalesce(max(version), 0) FROM tsflow.migrations")
            .integer(0, 0));
}

void migrate(Connection& connection) {
    if (stored_version(connection) == latest()) {
        return;
    }
    Transaction transaction(connection);
    lock_ddl(connection);
    const int stored = stored_version(connection);
    if (stored > latest()) {
        throw Error(connection.place() + ": " + newer(stored));
    }
    if (stored == 0) {
        // IF NOT EXISTS wants the right to create one even when it exists.
        if (connection.execute("SELECT to_regnamespace('tsflow') IS NULL").boolean(0, 0)) {
            connection.execute("CREATE SCHEMA tsflow");
        }
        connection.execute(
            "CREATE TABLE IF NOT EXISTS tsflow.migrations (version integer PRIMARY KEY, "
            "applied_at timestamptz NOT NULL DEFAULT now())");
    }
    for (int version = stored + 1; version <= latest(); ++version) {
        connection.execute(migrations[static_cast<std::size_t>(version) - 1]);
        connection.execute("INSERT INTO tsflow.migrations (version) VALUES (" +
                           std::to_string(version) + ")");
    }
    transaction.commit();
}

std::string migration_problem(Connection& connection, const std::string& role, bool may_create) {
    const Answer state = connection.execute(state_sql);
    const bool exists = state.boolean(0, 0);
    const std::string grantee = Connection::quoted(role);
    if (!exists) {
        return may_create ? ""
                          : "role '" + role +
                                "' may not create schema 'tsflow', where checkpoints are kept; "
                                "CREATE SCHEMA tsflow AUTHORIZATION " +
                                grantee;
    }
    if (!state.boolean(0, 2)) {
        return "role '" + role + "' may not use schema 'tsflow'; GRANT USAGE ON SCHEMA tsflow TO " +
               grantee;
    }
    const Answer rights = connection.execute(rights_sql);
    for (std::size_t row = 0; row < rights.rows(); ++row) {
        if (!rights.boolean(row, 1)) {
            return "role '" + role + "' lacks rights on tsflow." +
                   std::string{rights.text(row, 0)} +
                   "; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA tsflow TO " +
                   grantee;
        }
    }
    const int stored = stored_version(connection);
    if (stored > latest()) {
        return newer(stored);
    }
    if (stored < latest() && !state.boolean(0, 1)) {
        return "role '" + role +
               "' may not create tables in schema 'tsflow', which must be brought "
               "from version " +
               std::to_string(stored) + " to " + std::to_string(latest()) +
               "; GRANT CREATE ON SCHEMA tsflow TO " + grantee;
    }
    return {};
}

}  // namespace tsflow::timescale
