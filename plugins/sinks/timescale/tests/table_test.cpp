#include <thread>

#include "migrations.hpp"
#include "probe.hpp"
#include "writing.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using Catch::Matchers::Contains;

namespace {

using Messages = std::vector<std::string>;

std::string logged(const TestContext& context) {
    std::string text;
    for (const auto& [level, message] : context.logs) {
        text += message + "\n";
    }
    return text;
}

/// The table of the system that tsflow replaces.
const std::string replaced_tables =
    "CREATE TABLE symbols (symbol varchar(20) PRIMARY KEY); INSERT INTO symbols VALUES ('MSFT'); "
    "CREATE TABLE bars (symbol varchar(20) REFERENCES symbols (symbol), "
    "\"timestamp\" timestamptz, open numeric NOT NULL, high numeric NOT NULL, low numeric NOT "
    "NULL, "
    "close numeric NOT NULL, volume bigint NOT NULL, PRIMARY KEY (symbol, \"timestamp\"))";

Batch market_bars() {
    return table(R"(
        symbol:symbol/key timestamp:timestamp/key/event_time open:float64[USD] high:float64[USD] low:float64[USD] close:float64[USD] volume:float64[shares] transactions:int64?
        MSFT 2016-04-15T13:30:00Z 55.25 55.5 55.125 55.3 1200 17
        MSFT 2016-04-15T13:31:00Z 55.3 0.30000000000000004 55.125 55.4 100.5 null
        MSFT 2016-04-15T13:32:00Z 1 2 3 4 101.5 null
        NONE 2016-04-15T13:30:00Z 1 2 3 4 5 null )");
}

/// What opening says of a table made by `sql`, and what probing says, which makes the same of it.
struct Judged {
    std::string opened;
    Messages problems;
    Messages warnings;
};
Judged judge(const std::string& sql, const SchemaPtr& schema, const std::string& more = {},
             const std::string& table = "bars") {
    const Database database;
    database.query(sql);
    const std::string options = "url = '" + database.url() + "'\ntable = '" + table + "'\n" + more;
    Judged judged;
    {
        TestContext context;
        const auto sink = make<Timescale>(options);
        sink->bind(single(schema));
        try {
            sink->probe(context);
        } catch (const Error& error) {
            judged.problems.push_back(error.what());
        }
        for (const auto& [level, text] : context.logs) {
            (level == Level::error ? judged.problems : judged.warnings).push_back(text);
        }
    }
    try {
        const Writing writing(options, schema);
    } catch (const Error& error) {
        judged.opened = error.what();
    }
    CHECK(judged.opened.empty() == judged.problems.empty());
    return judged;
}

std::string all(const Messages& messages) {
    std::string text;
    for (const std::string& message : messages) {
        text += message + "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("a table is made with types, units, key and indexes, and once only") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    const SchemaPtr schema = market_bars().schema();
    const std::string options = database.options("indexes = ['timestamp', 'symbol, close']");
    for (int time = 0; time < 2; ++time) {
        const Writing writing(options, schema);
        CHECK_THAT(logged(writing.context), Contains("has no TimescaleDB"));
    }
    CHECK(database.query("SELECT column_name, data_type, is_nullable, "
                         "col_description('bars'::regclass, ordinal_position) "
                         "FROM information_schema.columns WHERE table_name = 'bars' "
                         "ORDER BY ordinal_position") ==
          Rows{"symbol|text|NO|null", "timestamp|timestamp with time zone|NO|null",
               "open|double precision|NO|USD", "high|double precision|NO|USD",
               "low|double precision|NO|USD", "close|double precision|NO|USD",
               "volume|double precision|NO|shares", "transactions|bigint|YES|null"});
    CHECK(database.query("SELECT indexdef FROM pg_indexes WHERE tablename = 'bars' ORDER BY 1") ==
          Rows{"CREATE INDEX bars_symbol_close_idx ON public.bars USING btree (symbol, close)",
               "CREATE INDEX bars_timestamp_idx ON public.bars USING btree (\"timestamp\")",
               "CREATE UNIQUE INDEX bars_pkey ON public.bars USING btree (symbol, \"timestamp\")"});
}

TEST_CASE("sinks that start at the same time make one table") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    std::vector<std::thread> threads;
    std::atomic<int> opened = 0;
    for (int i = 0; i < 6; ++i) {
        threads.emplace_back([&] {
            const Writing writing(database.options("indexes = ['close']"), keyed().schema());
            ++opened;
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(opened == 6);
}

TEST_CASE(
    "the replaced system's table is taken as it is, and what is rounded is told and counted") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    database.query(replaced_tables);
    Writing writing(database.options("omit = ['transactions']"), market_bars().schema());
    CHECK_THAT(logged(writing.context),
               Contains("column 'volume' is bigint: fractions are rounded to whole numbers, and "
                        "counted as 'rounded.volume'") &&
                   !Contains("column 'close'"));
    writing->write(market_bars());
    writing.commit();
    CHECK(database.query("SELECT symbol, open, high, close, volume FROM bars ORDER BY timestamp") ==
          Rows{"MSFT|55.25|55.5|55.3|1200", "MSFT|55.3|0.30000000000000004|55.4|100",
               "MSFT|1|2|4|102"});
    CHECK(writing.context.counter("rounded.volume").value() == 2);
    REQUIRE(writing.context.rejected.size() == 1);
    CHECK_THAT(writing.context.rejected.front().second, Contains("SQLSTATE 23503"));
}

TEST_CASE("rows go into columns of all types that hold their values") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    database.query(
        "CREATE DOMAIN price AS numeric(12,4) CHECK (VALUE >= 0); "
        "CREATE TABLE bars (id integer PRIMARY KEY, n2 smallint, n8 numeric(4,0), r real, p price, "
        "t timestamp, t3 timestamptz(3), d date, dt timestamptz, c char(3), v varchar(4), b "
        "boolean, "
        "extra text DEFAULT 'x' NOT NULL)");
    const Batch batch = table(R"(
        id:int64/key n2:int64 n8:int64 r:float64 p:float64 t:timestamp t3:timestamp d:date dt:date c:string v:symbol b:bool
        1 7 12 0.1 1.00005 2016-04-15T13:30:00.5Z 2016-04-15T13:30:00.1236Z 2016-04-15 2016-04-15 a long true
        2 8 13 0.5 1.5 2016-04-15T13:30:00Z 2016-04-15T13:30:00.123Z 2016-04-16 2016-04-16 abc m false
        3 70000 1 1 1 2016-04-15T13:30:00Z 2016-04-15T13:30:00Z 2016-04-16 2016-04-16 abc m false
        4 1 1 1 1 2016-04-15T13:30:00Z 2016-04-15T13:30:00Z 2016-04-16 2016-04-16 abc longer false
        5 1 1 1 -1 2016-04-15T13:30:00Z 2016-04-15T13:30:00Z 2016-04-16 2016-04-16 abc m false )");
    for (const std::string copy : {"copy = true", "copy = false"}) {
        Writing writing(database.options(copy), batch.schema());
        writing->write(batch);
        writing.commit();
        CHECK(database.query(all_rows) ==
              Rows{"1|7|12|0.1|1.0001|2016-04-15 13:30:00.5|2016-04-15 13:30:00.124+00|2016-04-15|"
                   "2016-04-15 00:00:00+00|a  |long|t|x",
                   "2|8|13|0.5|1.5000|2016-04-15 13:30:00|2016-04-15 13:30:00.123+00|2016-04-16|"
                   "2016-04-16 00:00:00+00|abc|m|f|x"});
        CHECK(writing.context.rejected.size() == 3);
        CHECK(writing.context.counter("rounded.r").value() == 1);
        CHECK(writing.context.counter("rounded.p").value() == 1);
        CHECK(writing.context.counter("rounded.t3").value() == 1);
    }
}

TEST_CASE("columns may have other names in the table") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    database.query(
        "CREATE TABLE bars (ticker text, at timestamptz, price float8, UNIQUE (at, ticker))");
    Writing writing(
        database.options("rename = ['symbol=ticker', 'time=at', 'close=price']\nomit = ['volume']"),
        keyed().schema());
    writing->write(keyed());
    writing.commit();
    CHECK(database.query(all_rows) ==
          Rows{"MSFT|2016-04-15 13:30:00+00|55.75", "SPY|2016-04-15 13:30:00+00|208.5"});
}

TEST_CASE("names that cannot be are told by a dry-run") {
    const auto told = [](const std::string& more) -> std::string {
        try {
            make<Timescale>("url = 'postgresql://h/d'\ntable = 't'\n" + more)
                ->bind(single(keyed().schema()));
        } catch (const ConfigError& error) {
            return error.option() + ": " + error.what();
        }
        return "";
    };
    CHECK_THAT(told("omit = ['closs']"), Contains("omit: ") && Contains("close"));
    CHECK_THAT(told("omit = ['symbol']"), Contains("omit: ") && Contains("part of the key"));
    CHECK_THAT(told("rename = ['clos=price']"), Contains("rename: ") && Contains("close"));
    CHECK_THAT(told("rename = ['close=volume']"), Contains("would be named 'volume'"));
    CHECK_THAT(told("version = 'close'\nomit = ['close']"), Contains("is option 'version'"));
    const auto wrong = [](const std::string& more) {
        return all(errors<Timescale>("url = 'postgresql://h/d'\ntable = 't'\n" + more));
    };
    CHECK_THAT(wrong("rename = ['close']"), Contains("'close' is not ROWS_NAME=TABLE_NAME"));
    CHECK_THAT(wrong("refresh_late = '5ms'"), Contains("at least 1s"));
    CHECK_THAT(wrong("create = false\ndrop_after = '9d'"), Contains("'create' is false"));
    CHECK_THAT(wrong("hypertable = false\ncompress_after = '9d'"), Contains("need a hypertable"));
    CHECK_THAT(wrong("[[aggregates]]\nname = 'a'\nbucket = '5m'\nvalues = ['close']"),
               Contains("not COLUMN:FUNCTION"));
    CHECK_THAT(wrong("[[aggregates]]\nname = 'a'\nbucket = '5m'\nvalues = []"),
               Contains("at least one"));
    CHECK_THAT(wrong("[[aggregates]]\nname = 'a'\nbucket = '5m'\nrefresh_window = '10m'"),
               Contains("set 15m or more"));
}

TEST_CASE("all reasons why a table does not fit are named, with what to do") {
    TSFLOW_NEEDS_SERVER();
    const Judged judged = judge(
        "CREATE TABLE bars (symbol integer, close text, must text NOT NULL, Volume float8, "
        "time timestamptz GENERATED ALWAYS AS (NULL) STORED)",
        keyed().schema());
    CHECK(judged.problems.size() == 5);
    for (const std::string& text : {judged.opened, all(judged.problems)}) {
        CHECK_THAT(text,
                   Contains("column 'symbol' is integer, which cannot hold values of type "
                            "symbol; make it text") &&
                       Contains("column 'close' is text, which cannot hold values of type "
                                "float64; make it double precision") &&
                       Contains("column 'time' is generated") &&
                       Contains("column 'must' is NOT NULL without a default") &&
                       Contains("by their key (\"symbol\", \"time\"), and the table has no "
                                "unique key; add one with ALTER TABLE \"public\".\"bars\" ADD "
                                "UNIQUE (\"symbol\", \"time\")"));
    }
}

TEST_CASE("tables that cannot take the rows are refused") {
    TSFLOW_NEEDS_SERVER();
    const SchemaPtr schema = keyed().schema();
    const auto told = [&](const std::string& sql, const std::string& more = {}) {
        return all(judge(sql, schema, more).problems);
    };
    CHECK_THAT(told("CREATE TABLE bars (symbol text, time timestamptz, closing float8, volume "
                    "bigint, PRIMARY KEY (symbol, time))"),
               Contains("column 'close' is missing") && Contains("ADD COLUMN \"close\" double"));
    CHECK_THAT(told("CREATE TABLE bars (symbol text PRIMARY KEY, time timestamptz, close float8, "
                    "volume bigint)"),
               Contains("only the unique key (\"symbol\")"));
    CHECK_THAT(told("CREATE VIEW bars AS SELECT 1 AS close"), Contains("it is a view"));
    CHECK_THAT(told("SELECT 1", "create = false"), Contains("no table 'bars'"));
    CHECK_THAT(all(judge("SELECT 1", schema, "", "none.bars").problems),
               Contains("no schema 'none'"));
    CHECK_THAT(told("CREATE TABLE bars (symbol text, time timestamptz, close float8, volume "
                    "bigint, PRIMARY KEY (symbol, time))",
                    "indexes = ['clsoe']"),
               Contains("'indexes' names column 'clsoe'") && Contains("did you mean 'close'"));
    const SchemaPtr unkeyed = table("symbol:symbol close:float64\nA 1").schema();
    CHECK_THAT(
        all(judge("CREATE TABLE bars (symbol text PRIMARY KEY, close float8)", unkeyed).problems),
        Contains("the rows have no key, so that a repeated one would be refused"));
}

TEST_CASE("rights that a role lacks are named, with the statement that grants them") {
    TSFLOW_NEEDS_SERVER();
    const Database database("rights");
    const std::string role = "writer_of_rights";
    database.query(
        "CREATE TABLE bars (symbol text, time timestamptz, close float8, volume bigint, "
        "PRIMARY KEY (symbol, time)); CREATE ROLE " +
        role + " LOGIN; REVOKE ALL ON DATABASE " + database.name() + " FROM public");
    std::string url = database.url();
    url.replace(url.find("tsflow@"), 6, role);
    database.query("GRANT CONNECT ON DATABASE " + database.name() + " TO " + role);
    const auto probed = [&](const std::string& more = {}, const std::string& table = "bars") {
        TestContext context;
        const auto sink = make<Timescale>("url = '" + url + "'\ntable = '" + table + "'\n" + more);
        sink->bind(single(keyed().schema()));
        Messages problems;
        try {
            sink->probe(context);
        } catch (const Error& error) {
            problems.push_back(error.what());
        }
        for (const auto& [level, text] : context.logs) {
            if (level == Level::error) {
                problems.push_back(text);
            }
        }
        return all(problems);
    };
    const std::string quoted = "\"" + role + "\"";
    CHECK_THAT(
        probed("indexes = ['close']"),
        Contains("lacks the right to INSERT, UPDATE, SELECT; GRANT INSERT, UPDATE, SELECT ON "
                 "\"public\".\"bars\" TO " +
                 quoted) &&
            Contains("may not make temporary tables") &&
            Contains("may not create schema 'tsflow'") && Contains("does not own table 'bars'"));
    CHECK_THAT(probed("", "other"), Contains("may not make table 'other'"));

    // The statements mend it.
    database.query("GRANT INSERT, UPDATE, SELECT ON bars TO " + role +
                   "; GRANT TEMPORARY ON DATABASE " + database.name() + " TO " + role +
                   "; CREATE SCHEMA tsflow AUTHORIZATION " + role);
    CHECK(probed().empty());
    Writing writing("url = '" + url + "'\ntable = 'bars'", keyed().schema());
    writing->write(keyed());
    writing.commit();
    CHECK(database.query("SELECT count(*) FROM bars") == Rows{"2"});
}

TEST_CASE("probing changes nothing") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    TestContext context;
    const auto sink = make<Timescale>(database.options());
    sink->bind(single(keyed().schema()));
    CHECK_NOTHROW(sink->probe(context));
    CHECK(database.query("SELECT to_regclass('bars'), to_regnamespace('tsflow')") ==
          Rows{"null|null"});
    database.query("ALTER DATABASE " + database.name() + " SET default_transaction_read_only = on");
    CHECK_THROWS_WITH(sink->probe(context), Contains("the server takes no changes"));
    // The tests share the database.
    database.query("SET TRANSACTION READ WRITE; ALTER DATABASE " + database.name() +
                   " RESET default_transaction_read_only");
}

TEST_CASE("the sink's own tables are brought up to date, and newer ones refused") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    timescale::Connection connection({.url = Secret{database.url()}});
    // As version 1 left them.
    connection.execute(
        "CREATE SCHEMA tsflow; CREATE TABLE tsflow.migrations (version integer PRIMARY KEY, "
        "applied_at timestamptz NOT NULL DEFAULT now()); INSERT INTO tsflow.migrations VALUES (1)");
    connection.execute(timescale::migrations[0]);
    connection.execute("INSERT INTO tsflow.checkpoints (pipeline, node, id) VALUES ('p', 'n', 7)");
    timescale::migrate(connection);
    timescale::migrate(connection);
    CHECK(database.query("SELECT version FROM tsflow.migrations ORDER BY 1") == Rows{"1", "2"});
    CHECK(database.query("SELECT id FROM tsflow.checkpoints") == Rows{"7"});
    connection.execute("INSERT INTO tsflow.migrations VALUES (99)");
    CHECK_THROWS_WITH(timescale::migrate(connection), Contains("of version 99") &&
                                                          Contains("up to 2") &&
                                                          Contains("run the newer tsflow"));
    CHECK_THAT(timescale::migration_problem(connection, "tsflow", true), Contains("version 99"));
}

TEST_CASE("partitions of a plain table are made as rows come") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    const Batch batch = table(R"(
        symbol:symbol/key time:timestamp/key/event_time close:float64
        A 2016-04-30T23:59:59.999Z 1
        A 2016-05-01T00:00:00Z 2
        A 2015-12-31T12:00:00Z 3
        A 1969-12-31T12:00:00Z 4 )");
    for (int time = 0; time < 2; ++time) {
        Writing writing(database.options("partitions = 'month'\nconnections = 2"), batch.schema());
        writing->write(batch);
        writing.commit();
        CHECK(writing.context.rejected.empty());
    }
    CHECK(database.query("SELECT tableoid::regclass, close FROM bars ORDER BY time") ==
          Rows{"bars_p196912|4", "bars_p201512|3", "bars_p201604|1", "bars_p201605|2"});

    // One that somebody else made holds its rows.
    database.query(
        "CREATE TABLE early PARTITION OF bars FOR VALUES FROM ('2000-01-01Z') TO ('2001-01-01Z')");
    Writing writing(database.options("partitions = 'month'"), batch.schema());
    writing->write(
        table("symbol:symbol/key time:timestamp/key/event_time close:float64\n"
              "A 2000-06-01T00:00:00Z 5"));
    writing.commit();
    CHECK(database.query("SELECT close FROM early") == Rows{"5"});
}
