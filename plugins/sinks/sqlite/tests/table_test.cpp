#include "reading.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using Catch::Matchers::Contains;

namespace {

/// What opening and probing say of a table made by `sql`; both must agree.
std::string judged(const std::string& sql, const Batch& batch, const std::string& more = {}) {
    const Sandbox box;
    query(box / "d", sql);
    const auto sink = make<Sqlite>(options_for(box / "d", more));
    sink->bind(single(batch.schema()));
    TestContext context;
    std::string probed;
    try {
        sink->probe(context);
    } catch (const Error& error) {
        probed = error.what();
    }
    std::string opened;
    try {
        sink->open(context);
        sink->write(batch);
        StateWriter state;
        sink->commit({1, ""}, state);
        sink->close();
        CHECK(context.rejected.empty());
    } catch (const Error& error) {
        opened = error.what();
    }
    CHECK(probed == opened);
    return opened;
}

const std::string key = ", PRIMARY KEY (time, symbol))";

}  // namespace

TEST_CASE("existing tables that fit are taken as they are") {
    const Batch batch = keyed();
    CHECK(judged("CREATE TABLE bars (symbol VARCHAR(8), time DATETIME, close DECIMAL(10,2), volume "
                 "BIGINT, extra TEXT" +
                     key,
                 batch)
              .empty());
    CHECK(judged("CREATE TABLE Bars (SYMBOL TEXT, Time TEXT, close, volume NUMERIC" + key, batch)
              .empty());
    CHECK(judged("CREATE TABLE bars (symbol TEXT, time TEXT, close REAL, volume INT" + key +
                     " STRICT, WITHOUT ROWID",
                 batch)
              .empty());
    CHECK(judged("CREATE TABLE bars (id INTEGER PRIMARY KEY, symbol TEXT, time TEXT, close REAL, "
                 "volume INT); CREATE UNIQUE INDEX k ON bars (symbol, time)",
                 batch)
              .empty());
    CHECK(judged("CREATE TABLE bars (symbol TEXT, time INTEGER, close REAL, volume INT" + key,
                 batch, "timestamps = 'unix_ns'")
              .empty());
    CHECK(judged("CREATE TABLE bars (id INTEGER PRIMARY KEY AUTOINCREMENT, symbol TEXT, close REAL "
                 "NOT NULL, at TEXT NOT NULL DEFAULT 'x')",
                 unkeyed())
              .empty());
}

TEST_CASE("all reasons why a table does not fit are named, with what to do") {
    const std::string message = judged(
        "CREATE TABLE bars (symbol INTEGER, close INTEGER, must TEXT NOT NULL, volume AS (1))",
        keyed());
    CHECK_THAT(message, Contains("column 'symbol' is declared INTEGER") &&
                            Contains("declare it TEXT") &&
                            Contains("column 'time' is missing; add it with ALTER TABLE \"bars\" "
                                     "ADD COLUMN \"time\" TEXT") &&
                            Contains("column 'close' is declared INTEGER") &&
                            Contains("column 'volume' is generated") &&
                            Contains("column 'must' is NOT NULL without a default") &&
                            Contains("primary key is missing") &&
                            Contains("CREATE UNIQUE INDEX \"bars_key\" ON \"bars\" (\"symbol\", "
                                     "\"time\")"));
}

TEST_CASE("tables of another key are refused") {
    CHECK_THAT(judged("CREATE TABLE bars (symbol TEXT PRIMARY KEY, time TEXT, close REAL, volume "
                      "INT)",
                      keyed()),
               Contains("its primary key is (\"symbol\")"));
    CHECK_THAT(judged("CREATE TABLE bars (symbol TEXT, time TEXT, close REAL, volume INT); CREATE "
                      "UNIQUE INDEX k ON bars (symbol, time) WHERE close > 1",
                      keyed()),
               Contains("primary key is missing"));
    CHECK_THAT(judged("CREATE TABLE bars (symbol TEXT PRIMARY KEY, close REAL)", unkeyed()),
               Contains("the rows have no key"));
    CHECK_THAT(judged("CREATE TABLE bars (symbol TEXT, close REAL, id INTEGER PRIMARY KEY) WITHOUT "
                      "ROWID",
                      unkeyed()),
               Contains("WITHOUT ROWID"));
}

TEST_CASE("times do not go into a column that would not keep them") {
    CHECK_THAT(judged("CREATE TABLE bars (symbol TEXT, time INTEGER, close REAL, volume INT" + key,
                      keyed()),
               Contains("column 'time' is declared INTEGER") && Contains("set 'timestamps'"));
    CHECK_THAT(judged("CREATE TABLE bars (symbol TEXT, time TEXT, close REAL, volume INT" + key,
                      keyed(), "timestamps = 'unix_ns'"),
               Contains("declare it INTEGER"));
}

TEST_CASE("what is no ordinary table is refused") {
    CHECK_THAT(judged("CREATE VIEW bars AS SELECT 'x' AS symbol, 1.0 AS close", unkeyed()),
               Contains("it is a view"));
}

TEST_CASE("probing makes nothing") {
    const Sandbox box;
    TestContext context;
    const auto probe = [&](const std::string& toml) {
        const auto sink = make<Sqlite>(toml);
        sink->bind(single(unkeyed().schema()));
        sink->probe(context);
    };
    CHECK_NOTHROW(probe(options_for(box / "a/d")));
    CHECK_THROWS_WITH(probe(options_for(box / "a/d", "create = false")),
                      Contains("does not exist"));
    CHECK_THROWS_WITH(probe(options_for(box.path())), Contains("it is a folder"));
    CHECK(std::filesystem::is_empty(box.path()));
    query(box / "d", "PRAGMA journal_mode = WAL; CREATE TABLE other (x)");
    CHECK_NOTHROW(probe(options_for(box / "d")));
    CHECK_THROWS_WITH(probe(options_for(box / "d", "create = false")),
                      Contains("has no table 'bars'"));
    put(box / "text", std::string(5'000, 'x'));
    CHECK_THROWS_WITH(probe(options_for(box / "text")), Contains("not a database"));
    std::filesystem::remove(box / "text");
    const auto files = std::distance(std::filesystem::directory_iterator{box.path()},
                                     std::filesystem::directory_iterator{});
    CHECK(files == 1);
    CHECK(query(box / "d", "SELECT name FROM sqlite_schema") == Rows{"other"});
}

TEST_CASE("probing sees what is only in the log of a running writer") {
    const Sandbox box;
    Writing writer(options_for(box / "d"), keyed().schema());
    writer->write(keyed());
    writer.commit();
    TestContext context;
    const auto sink = make<Sqlite>(options_for(box / "d", "create = false"));
    sink->bind(single(keyed().schema()));
    CHECK_NOTHROW(sink->probe(context));
}
