#include <utility>

#include "common/sqlite/database.hpp"
#include "store.hpp"
#include "table_store.hpp"

namespace tsflow::market {

namespace {

using sqlite::Database;
using sqlite::Statement;

// Both select: group, name, type, description, symbol; ?1 environment, ?2 names or null.
constexpr const char* groups_sql = R"sql(
    SELECT g.id, g.name, g.type, g.description, m.symbol
    FROM definition_groups g LEFT JOIN group_memberships m ON m.group_id = g.id
    WHERE g.environment = ?1 AND (?2 IS NULL OR g.name IN (SELECT value FROM json_each(?2)))
    ORDER BY g.id
)sql";

/// An entry is asked for as NAME:KEY or as KEY.
std::string entries_sql() {
    const std::string lists =
        join_list_keys([](const std::string& key) { return "value->'" + key + "'"; });
    return R"sql(
    WITH entry AS (
        SELECT rowid AS id, type, key,
               CASE WHEN key IS NULL OR key = '' OR key = name THEN name
                    ELSE name || ':' || key END AS name,
               CASE json_type(value) WHEN 'array' THEN value
                    WHEN 'object' THEN coalesce()sql" +
           lists + R"sql() END AS list
        FROM cache_entries WHERE environment = ?1 AND json_valid(value)
    ), named AS (
        SELECT id, name, type, list FROM entry WHERE ?2 IS NULL
        UNION
        SELECT e.id, asked.value, e.type, e.list
        FROM entry e JOIN json_each(?2) asked ON asked.value IN (e.name, e.key)
    )
    SELECT n.id, n.name, n.type, NULL,
           CASE item.type WHEN 'text' THEN item.value
                WHEN 'object' THEN coalesce(item.value->>'symbol', item.value->>'ticker') END
    FROM named n LEFT JOIN json_each(n.list) item
    WHERE json_type(n.list) = 'array'
    ORDER BY n.name, n.id
)sql";
}

class SqliteSession : public TableSession {
public:
    explicit SqliteSession(const std::filesystem::path& file) {
        constexpr int patience = 2000;
        database_.open(file, Database::Open::look);
        database_.wait_for_locks(patience);
        database_.execute("BEGIN");
    }

    bool has_table(const std::string& name) override {
        Statement statement = database_.prepare(
            "SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = ?1");
        return statement.bind(1, name).step();
    }

    std::vector<TableRow> rows(GroupTable table, const std::string& environment,
                               const std::optional<std::string>& names) override {
        Statement statement =
            database_.prepare(table == GroupTable::definition_groups ? groups_sql : entries_sql());
        statement.bind(1, environment);
        if (names) {
            statement.bind(2, *names);
        }
        std::vector<TableRow> rows;
        while (statement.step()) {
            TableRow& row = rows.emplace_back(TableRow{
                statement.text(0), statement.text(1), statement.text(2), statement.text(3), {}});
            if (!statement.is_null(4)) {
                row.symbol = statement.text(4);
            }
        }
        return rows;
    }

private:
    Database database_;
};

class SqliteStore : public TableStore {
public:
    SqliteStore(std::filesystem::path file, std::string_view environment)
        : TableStore(environment), file_(std::move(file)) {}

private:
    std::unique_ptr<TableSession> connect() override {
        return std::make_unique<SqliteSession>(file_);
    }
    std::string place() const override { return "the SQLite database '" + file_.string() + "'"; }

    std::filesystem::path file_;
};

}  // namespace

std::unique_ptr<UniverseStore> open_sqlite(const std::filesystem::path& file,
                                           std::string_view environment) {
    auto store = std::make_unique<SqliteStore>(file, environment);
    store->look();
    return store;
}

}  // namespace tsflow::market
