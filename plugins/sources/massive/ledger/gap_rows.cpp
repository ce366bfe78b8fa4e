#include "gap_rows.hpp"

#include <string>

#include "tsflow/error.hpp"

namespace tsflow::massive::gap_rows {
namespace {

constexpr std::int64_t application = 0x74734741;  // "tsGA", in the file's header
constexpr std::int64_t layout = 1;

/// `fill_version` is the ledger's version when rows of the hole were last fetched, 0 when none were.
constexpr std::string_view tables = R"sql(
    CREATE TABLE gaps(
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        channel TEXT NOT NULL,
        symbol TEXT NOT NULL,
        since INTEGER NOT NULL,
        until INTEGER,
        cause TEXT NOT NULL,
        state TEXT NOT NULL,
        filled_to INTEGER NOT NULL,
        backfilled INTEGER NOT NULL DEFAULT 0,
        detected INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        detail TEXT NOT NULL,
        fill_version INTEGER NOT NULL DEFAULT 0) STRICT;
    CREATE UNIQUE INDEX dark ON gaps(channel, symbol) WHERE until IS NULL;
    CREATE INDEX of_symbol ON gaps(symbol, channel, since);
    CREATE INDEX unsettled ON gaps(since) WHERE state IN ('open', 'filling');
    CREATE TABLE ledger(version INTEGER NOT NULL) STRICT;
    INSERT INTO ledger VALUES(0);
)sql";

std::int64_t number(sqlite::Database& database, const std::string& sql) {
    sqlite::Statement statement = database.prepare(sql);
    return statement.step() ? statement.integer(0) : 0;
}

Timestamp time(const sqlite::Statement& statement, int column) {
    return Timestamp{Duration{statement.integer(column)}};
}

/// What a word in the file means; an unknown one was not written by us.
template <class Value>
Value known(std::optional<Value> value, const std::string& word, const sqlite::Database& database) {
    if (!value) {
        throw Error("the gap ledger " + database.quoted() + " holds the word '" + word +
                    "', which no version writes; the file was changed by hand or is damaged");
    }
    return *value;
}

}  // namespace

bool present(sqlite::Database& database) {
    const std::int64_t maker = number(database, "PRAGMA application_id");
    const std::int64_t version = number(database, "PRAGMA user_version");
    if (maker == 0 && version == 0 && number(database, "SELECT count(*) FROM sqlite_schema") == 0) {
        return false;
    }
    if (maker != application) {
        throw Error("the SQLite database " + database.quoted() +
                    " is no gap ledger; choose another path");
    }
    if (version != layout) {
        throw Error("the gap ledger " + database.quoted() + " has version " +
                    std::to_string(version) + ", and this program knows version " +
                    std::to_string(layout) + "; use the program that wrote it, or a newer one");
    }
    return true;
}

void create(sqlite::Database& database) {
    sqlite::Transaction transaction(database);
    database.execute(std::string(tables));
    database.execute("PRAGMA application_id = " + std::to_string(application));
    database.execute("PRAGMA user_version = " + std::to_string(layout));
    transaction.commit();
}

Gap read(const sqlite::Statement& statement, const sqlite::Database& database) {
    Gap gap;
    gap.id = statement.integer(0);
    const std::string channel = statement.text(1);
    gap.channel = known(market::massive::channel_of(channel), channel, database);
    gap.symbol = statement.text(2);
    gap.from = time(statement, 3);
    if (!statement.is_null(4)) {
        gap.to = time(statement, 4);
    }
    const std::string cause = statement.text(5);
    gap.cause = known(cause_of(cause), cause, database);
    const std::string state = statement.text(6);
    gap.state = known(gap_state_of(state), state, database);
    gap.filled_to = time(statement, 7);
    gap.rows = statement.integer(8);
    gap.detected = time(statement, 9);
    gap.changed = time(statement, 10);
    gap.detail = statement.text(11);
    return gap;
}

std::vector<Gap> select(const sqlite::Database& database, const GapFilter& filter) {
    std::string sql = "SELECT " + std::string(columns) +
                      " FROM gaps WHERE (?1 = '' OR symbol = ?1)"
                      " AND (?2 IS NULL OR until IS NULL OR until > ?2)";
    if (!filter.states.empty()) {
        std::string names;
        for (const GapState state : filter.states) {
            names += (names.empty() ? "'" : ", '") + std::string(to_string(state)) + "'";
        }
        sql += " AND state IN (" + names + ")";
    }
    sqlite::Statement statement = database.prepare(sql + " ORDER BY since, symbol, id");
    statement.bind(1, filter.symbol);
    if (filter.since) {
        statement.bind(2, count(*filter.since));
    }
    std::vector<Gap> gaps;
    while (statement.step()) {
        gaps.push_back(read(statement, database));
    }
    return gaps;
}

}  // namespace tsflow::massive::gap_rows
