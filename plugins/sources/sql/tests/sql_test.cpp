#include "sql.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "columns.hpp"
#include "common/sqlite/database.hpp"
#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using sql::Sql;

namespace {

namespace fs = std::filesystem;

/// A database file that goes with the test.
class File {
public:
    explicit File(const std::string& statements)
        : path_(fs::temp_directory_path() /
                ("tsflow_sql_" + std::to_string(::rand()) + std::to_string(next_++) + ".sqlite")) {
        execute(statements);
    }
    ~File() {
        for (const char* end : {"", "-wal", "-shm", "-journal"}) {
            fs::remove(fs::path{path_}.concat(end));
        }
    }
    void execute(const std::string& statements) const {
        sqlite::Database database;
        database.open(path_, sqlite::Database::Open::make);
        database.execute(statements);
    }
    std::string options(const std::string& more) const {
        return "url = 'sqlite:" + path_.string() + "'\n" + more;
    }

private:
    static inline int next_ = 0;
    fs::path path_;
};

const std::string bars = R"(
    CREATE TABLE bars (symbol TEXT, timestamp TEXT, open REAL, high REAL, low REAL, close REAL,
                       volume REAL, PRIMARY KEY (symbol, timestamp)) WITHOUT ROWID;
    INSERT INTO bars VALUES
        ('MSFT', '2016-04-15T13:30:00Z', 55, 56, 54, 55.1, 100),
        ('AAPL', '2016-04-15T13:31:00Z', 112, 113, 111, 112.5, 300),
        ('AAPL', '2016-04-15T13:30:00Z', 110, 111, 109, 0.1, 200.5),
        ('MSFT', '2016-04-18T13:30:00Z', 56, 57, 55, 56.1, 400);
)";

std::string text_of(const File& file, const std::string& more) {
    return testing::to_text(testing::drain(*testing::make<Sql>(file.options(more))));
}

std::vector<std::string> first_columns(const Batch& batch) {
    std::vector<std::string> result;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        std::string text;
        append_value(text, batch, 0, row);
        text += ' ';
        append_value(text, batch, 1, row);
        result.push_back(text);
    }
    return result;
}

std::vector<std::string> read(const File& file, const std::string& more) {
    return first_columns(testing::drain(*testing::make<Sql>(file.options(more))));
}

std::string failure(const std::string& toml) {
    testing::TestContext context;
    try {
        testing::make<Sql>(toml)->open(context);
    } catch (const Error& error) {
        return error.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("a table of bars comes in the order of time, with the columns that market nodes expect") {
    const File file(bars);
    const Batch batch = testing::drain(*testing::make<Sql>(file.options("table = 'bars'")));
    CHECK(first_columns(batch) ==
          std::vector<std::string>{"AAPL 2016-04-15T13:30:00Z", "MSFT 2016-04-15T13:30:00Z",
                                   "AAPL 2016-04-15T13:31:00Z", "MSFT 2016-04-18T13:30:00Z"});
    CHECK(
        batch.schema()->to_string() ==
        "symbol: symbol (key), timestamp: timestamp (key, event time), open: float64 [USD], "
        "high: float64 [USD], low: float64 [USD], close: float64 [USD], volume: float64 [shares], "
        "transactions: int64? [count]");
    CHECK(batch.column<double>(5)[0] == 0.1);
    CHECK(batch.column<double>(6)[0] == 200.5);
    CHECK(batch.is_null(7, 0));  // the table has no such column
}

TEST_CASE("days and symbols narrow what is read, and a query may be read like a table") {
    const File file(bars);
    CHECK(read(file, "table = 'bars'\nfrom = 2016-04-16").size() == 1);
    CHECK(read(file, "table = 'bars'\nto = 2016-04-15").size() == 3);
    CHECK(read(file, "table = 'bars'\nsymbols = ['MSFT', \"O'X\"]").size() == 2);
    CHECK(text_of(file, R"(
        query = "SELECT symbol, timestamp, close * 2 AS twice FROM bars WHERE close > 50"
        columns = ["symbol:symbol", "timestamp:timestamp", "twice:float64[USD]"]
        symbols = ["MSFT"])") == testing::to_text(testing::table(R"(
        symbol:symbol/key timestamp:timestamp/key/event_time twice:float64[USD]
        MSFT 2016-04-15T13:30:00Z 110.2
        MSFT 2016-04-18T13:30:00Z 112.2)")));
}

TEST_CASE("every form of time is read, and dates are midnights of the zone") {
    const File file(R"(
        CREATE TABLE t (symbol TEXT, day DATE, ns INTEGER, ms INTEGER, s INTEGER);
        INSERT INTO t VALUES ('A', '2020-03-02', 1583125200000000000, 1583125200000, 1583125200),
                             ('A', '2020-03-09', 1583726400000000000, 1583726400000, 1583726400);)");
    const auto times = [&](const std::string& column, const std::string& more = "") {
        return read(file, "table = 't'\ntime = '" + column + "'\ncolumns = ['symbol:symbol', '" +
                              column + ":timestamp']\n" + more);
    };
    const std::vector<std::string> midnights{"A 2020-03-02T05:00:00Z", "A 2020-03-09T04:00:00Z"};
    CHECK(times("ns") == midnights);
    CHECK(times("ms") == midnights);
    CHECK(times("s") == midnights);
    CHECK(times("day") ==
          std::vector<std::string>{"A 2020-03-02T00:00:00Z", "A 2020-03-09T00:00:00Z"});
    CHECK(times("day", "timezone = 'America/New_York'") == midnights);
    for (const char* column : {"ns", "ms", "s", "day"}) {
        CHECK(times(column, "from = 2020-03-03").size() == 1);
        CHECK(times(column, "to = 2020-03-03").size() == 1);
    }
}

TEST_CASE("rows that do not fit become dead letters, and the others are kept") {
    const File file(R"(
        CREATE TABLE t (symbol, timestamp, n);
        INSERT INTO t VALUES ('A', '2016-04-15', 1), ('A', '2016-04-16', 'one'),
                             ('A', '2016-04-17', NULL), (NULL, '2016-04-18', 1),
                             ('A', '2016-04-19', 2.0), ('A', '2016-04-20', 2.5);)");
    auto source = testing::make<Sql>(
        file.options("table = 't'\ncolumns = ['symbol:symbol', 'timestamp:timestamp', 'n:int64']"));
    testing::TestContext context;
    source->open(context);
    testing::CollectingEmitter out;
    while (source->poll(out, 1ms) != Poll::done) {
    }
    CHECK(out.rows() == 2);
    REQUIRE(context.rejected.size() == 4);
    CHECK(context.rejected[0].first == "A|2016-04-16|one");
    CHECK(context.rejected[0].second == "column 'n' is not a present int64");
    CHECK(context.rejected[2].second == "column 'symbol' is not a present symbol");
}

TEST_CASE("texts that do not sort as time are refused, not read out of order") {
    const File file(R"(
        CREATE TABLE t (symbol, timestamp);
        INSERT INTO t VALUES ('A', '2016-04-15T00:00:00Z'), ('A', '2016-04-15T00:00:00.5Z');)");
    CHECK_THROWS_WITH(
        read(file, "table = 't'\ncolumns = ['symbol:symbol', 'timestamp:timestamp']"),
        Contains("rows do not come in the order of time: behind 2016-04-15T00:00:00.500Z comes "
                 "2016-04-15T00:00:00Z"));
}

TEST_CASE("what is not there is named, with the columns that would fit") {
    const File file(bars + "CREATE TABLE other (symbol TEXT, at DATETIME, n INT, b BOOLEAN);");
    CHECK_THAT(failure(file.options("table = 'other'")),
               Contains("table 'other' has no column 'timestamp'") &&
                   Contains("columns = [\"symbol:symbol\", \"at:timestamp?\", \"n:int64?\", "
                            "\"b:bool?\"]"));
    CHECK_THAT(failure(file.options("table = 'nothing'")), Contains("no such table: nothing"));
    CHECK_THAT(failure(file.options("query = 'DELETE FROM bars RETURNING *'")),
               Contains("syntax error"));
    CHECK_THAT(failure("url = 'sqlite:/nowhere/x.sqlite'\ntable = 'bars'"),
               Contains("/nowhere/x.sqlite"));
    testing::TestContext context;
    CHECK_NOTHROW(testing::make<Sql>(file.options("table = 'bars'"))->probe(context));
    CHECK_THROWS_AS(testing::make<Sql>(file.options("table = 'other'"))->probe(context), Error);
}

TEST_CASE("wrong options are refused in words") {
    const auto first = [](const std::string& toml) {
        const auto messages = testing::errors<Sql>(toml);
        return messages.empty() ? "none" : messages.front();
    };
    CHECK_THAT(first("table = 'a'"), Contains("url"));
    CHECK_THAT(first("url = 'sqlite:x'\ntable = ''"), Contains("an empty name is no table"));
    CHECK_THAT(first("url = 'sqlite:x'\nquery = 'SELECT 1; SELECT 2'"), Contains("semicolon"));
    CHECK_THAT(first("url = 'sqlite:x'\ntable = 'a'\nfrom = 2020-01-02\nto = 2020-01-01"),
               Contains("exchange them"));
    const auto refused = [](const std::string& more) {
        try {
            testing::make<Sql>("url = 'sqlite:x'\ntable = 'a'\n" + more);
        } catch (const ConfigError& error) {
            return error.option() + ": " + error.what();
        }
        return std::string{"none"};
    };
    CHECK_THAT(refused("columns = ['close']"), Contains("a name and a type are wanted"));
    CHECK_THAT(refused("columns = ['close:real']"), Contains("'real' is none of bool"));
    CHECK_THAT(refused("columns = ['close:float64[USD']"), Contains("is not closed"));
    CHECK_THAT(refused("time = 'at'"), Contains("there is no column 'at'"));
    CHECK_THAT(refused("time = 'close'"), Contains("tells no time"));
    CHECK_THAT(refused("key = ['transactions']"), Contains("may be null"));
    CHECK_THAT(refused("timezone = 'Mars/Olympus'"), Contains("there is no time zone"));
}

TEST_CASE("a source that follows finds rows that are added behind the last one") {
    const File file(bars);
    auto source = testing::make<Sql>(file.options("table = 'bars'\nfollow = '1s'"));
    testing::TestContext context;
    source->open(context);
    testing::CollectingEmitter out;
    CHECK(source->poll(out, 1ms) == Poll::idle);
    CHECK(out.rows() == 4);
    // Others may write while the source rests.
    file.execute("INSERT INTO bars VALUES ('SPY', '2016-04-18T13:30:00Z', 1, 1, 1, 1, 1)");
    CHECK(source->poll(out, 1ms) == Poll::idle);
    CHECK(out.rows() == 4);
    context.clock_.advance(1s);
    CHECK(source->poll(out, 1ms) == Poll::idle);
    CHECK(out.rows() == 5);
}

TEST_CASE("a restart goes on behind the last row that went out") {
    const File file(bars);
    const std::string options = file.options("table = 'bars'\nbatch_rows = 3");
    testing::TestContext context;
    testing::CollectingEmitter out;
    StateWriter state;
    {
        auto source = testing::make<Sql>(options);
        source->open(context);
        CHECK(source->poll(out, 1ms) == Poll::more);
        source->position(state);
    }
    auto source = testing::make<Sql>(options);
    source->open(context);
    StateReader reader(state.bytes());
    source->resume(reader);
    while (source->poll(out, 1ms) != Poll::done) {
    }
    REQUIRE(out.batches.size() == 2);
    CHECK(first_columns(out.batches[1].second) ==
          std::vector<std::string>{"MSFT 2016-04-18T13:30:00Z"});
    auto other = testing::make<Sql>(options + "\nkey = []");
    other->open(context);
    StateReader again(state.bytes());
    CHECK_THROWS_WITH(other->resume(again), Contains("the saved position has 2 columns"));
}

TEST_CASE("sql keeps every promise of a source") {
    const File file(bars);
    CHECK(testing::conformance<Sql>({file.options("table = 'bars'\nbatch_rows = 3"), {}, {}}) ==
          std::vector<std::string>{});
}
