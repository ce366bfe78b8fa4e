#include "common/sqlite/database.hpp"
#include "table_writer.hpp"

namespace tsflow::market {

namespace {

using sqlite::Database;
using sqlite::Statement;

constexpr const char* make_tables = R"sql(
    CREATE TABLE IF NOT EXISTS definition_groups (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        type TEXT NOT NULL,
        description TEXT,
        metadata TEXT,
        liquidity_filter TEXT,
        environment TEXT NOT NULL DEFAULT 'DEFAULT',
        created_at TEXT DEFAULT CURRENT_TIMESTAMP,
        updated_at TEXT DEFAULT CURRENT_TIMESTAMP,
        last_update TEXT,
        UNIQUE (name, type, environment));
    CREATE TABLE IF NOT EXISTS group_memberships (
        id INTEGER PRIMARY KEY,
        group_id INTEGER NOT NULL REFERENCES definition_groups (id) ON DELETE CASCADE,
        symbol TEXT NOT NULL,
        weight REAL,
        metadata TEXT,
        added_at TEXT DEFAULT CURRENT_TIMESTAMP,
        updated_at TEXT DEFAULT CURRENT_TIMESTAMP,
        UNIQUE (group_id, symbol));
)sql";

class SqliteWriter : public TableWriter {
public:
    explicit SqliteWriter(const std::filesystem::path& file) : database_(opened(file)) {
        database_.execute(make_tables);
    }

    GroupId group(const std::string& name, const std::string& type,
                  const std::string& environment) override {
        if (const auto id = find(name, type, environment)) {
            return {*id, false};
        }
        Statement insert = database_.prepare(
            "INSERT INTO definition_groups (name, type, environment) VALUES (?1, ?2, ?3)");
        insert.bind(1, name).bind(2, type).bind(3, environment).step();
        return {find(name, type, environment).value(), true};
    }

    std::vector<std::string> members(std::int64_t group) override {
        Statement select =
            database_.prepare("SELECT symbol FROM group_memberships WHERE group_id = ?1");
        select.bind(1, group);
        std::vector<std::string> symbols;
        while (select.step()) {
            symbols.push_back(select.text(0));
        }
        return symbols;
    }

    void put(std::int64_t group, const std::string& members) override {
        Statement insert = database_.prepare(
            "INSERT INTO group_memberships (group_id, symbol, weight) "
            "SELECT ?1, json_extract(value, '$.symbol'), "
            "CAST(json_extract(value, '$.weight') AS REAL) FROM json_each(?2) WHERE true "
            "ON CONFLICT (group_id, symbol) DO UPDATE SET weight = coalesce(excluded.weight, "
            "weight)");
        insert.bind(1, group).bind(2, members).step();
    }

    void remove(std::int64_t group, const std::string& symbols) override {
        Statement erase = database_.prepare(
            "DELETE FROM group_memberships WHERE group_id = ?1 AND symbol IN "
            "(SELECT value FROM json_each(?2))");
        erase.bind(1, group).bind(2, symbols).step();
    }

    void commit() override { transaction_.commit(); }

private:
    static Database opened(const std::filesystem::path& file) {
        constexpr int patience = 5000;
        Database database;
        database.open(file, Database::Open::make);
        database.wait_for_locks(patience);
        return database;
    }

    std::optional<std::int64_t> find(const std::string& name, const std::string& type,
                                     const std::string& environment) {
        Statement select = database_.prepare(
            "SELECT id FROM definition_groups WHERE name = ?1 AND upper(type) = ?2 AND "
            "environment = ?3");
        select.bind(1, name).bind(2, type).bind(3, environment);
        return select.step() ? std::optional{select.integer(0)} : std::nullopt;
    }

    Database database_;
    sqlite::Transaction transaction_{database_};
};

}  // namespace

std::unique_ptr<TableWriter> write_sqlite(const std::filesystem::path& file) {
    return std::make_unique<SqliteWriter>(file);
}

}  // namespace tsflow::market
