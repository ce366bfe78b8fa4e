#include "sqlite.hpp"

#include <cmath>
#include <limits>

#include "reading.hpp"
#include "tsflow/builder.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using Catch::Matchers::Contains;

TEST_CASE("sqlite makes the table by the schema, keyed") {
    const Sandbox box;
    const auto path = box / "new/folder/data.sqlite";
    Writing sink(options_for(path), keyed().schema());
    sink->write(keyed());
    sink.commit();
    CHECK(query(path, all_rows) ==
          Rows{"MSFT|2016-04-15T13:30:00Z|55.75|120", "SPY|2016-04-15T13:30:00Z|208.5|null"});
    CHECK(query(path, "SELECT name, type, \"notnull\", pk FROM pragma_table_info('bars')") ==
          Rows{"symbol|TEXT|1|1", "time|TEXT|1|2", "close|REAL|0|0", "volume|INTEGER|0|0"});
    CHECK(query(path, "PRAGMA journal_mode") == Rows{"wal"});
    CHECK(sink->repeats() == Repeats::replaced);
}

TEST_CASE("sqlite's times work with SQLite's date functions") {
    const Sandbox box;
    const auto path = box / "data.sqlite";
    Writing sink(options_for(path), keyed().schema());
    sink->write(keyed());
    sink.commit();
    CHECK(query(path, "SELECT DISTINCT datetime(time, '+1 hour'), unixepoch(time) FROM bars") ==
          Rows{"2016-04-15 14:30:00|1460727000"});
}

TEST_CASE("sqlite keeps values of every type") {
    const Sandbox box;
    const auto path = box / "data.sqlite";
    const SchemaPtr schema = Schema::make({{.name = "b", .type = Type::boolean},
                                           {.name = "i", .type = Type::int64},
                                           {.name = "f", .type = Type::float64},
                                           {.name = "t", .type = Type::timestamp},
                                           {.name = "d", .type = Type::date},
                                           {.name = "s", .type = Type::string, .nullable = true},
                                           {.name = "y", .type = Type::symbol}});
    BatchBuilder rows(schema);
    const auto row = [&](bool b, std::int64_t i, double f, const char* t, const char* s) {
        rows.push(0, b);
        rows.push(1, i);
        rows.push(2, f);
        rows.push(3, *parse_timestamp(t));
        rows.push(4, *parse_date("2016-04-15"));
        s == nullptr ? rows.push_null(5) : rows.push(5, s);
        rows.push(6, "1e5");
    };
    row(true, std::numeric_limits<std::int64_t>::min(), 0.1, "1969-12-31T23:59:59Z", "it's; \"x\"");
    row(false, std::numeric_limits<std::int64_t>::max(), std::nan(""), "2016-04-15T13:30:00.5Z",
        "");
    row(false, 0, std::numeric_limits<double>::infinity(), "2016-04-15T13:30:00.000000001Z",
        nullptr);
    const Batch batch = rows.finish();
    const std::string select = "SELECT b, i, f, t, d, s, y FROM bars ORDER BY rowid";

    SECTION("with times as text") {
        Writing sink(options_for(path), schema);
        sink->write(batch);
        sink.commit();
        CHECK(query(path, select) ==
              Rows{"1|-9223372036854775808|0.1|1969-12-31T23:59:59Z|2016-04-15|it's; \"x\"|1e5",
                   "0|9223372036854775807|null|2016-04-15T13:30:00.500Z|2016-04-15||1e5",
                   "0|0|Inf|2016-04-15T13:30:00.000000001Z|2016-04-15|null|1e5"});
        REQUIRE(sink.context.logs.size() == 1);
        CHECK_THAT(sink.context.logs[0].second, Contains("iso8601_ns"));
    }
    SECTION("with times as text that sorts") {
        Writing sink(options_for(path, "timestamps = 'iso8601_ns'"), schema);
        sink->write(batch);
        sink.commit();
        CHECK(query(path, "SELECT t FROM bars ORDER BY t") ==
              Rows{"1969-12-31T23:59:59.000000000Z", "2016-04-15T13:30:00.000000001Z",
                   "2016-04-15T13:30:00.500000000Z"});
        CHECK(sink.context.logs.empty());
    }
    SECTION("with times as integers") {
        Writing sink(options_for(path, "timestamps = 'unix_ns'"), schema);
        sink->write(batch);
        sink.commit();
        CHECK(query(path, "SELECT t, typeof(t) FROM bars ORDER BY t") ==
              Rows{"-1000000000|integer", "1460727000000000001|integer",
                   "1460727000500000000|integer"});
    }
}

TEST_CASE("sqlite binds each row anew where values repeat and nulls alternate") {
    const Sandbox box;
    const Batch batch = table(R"(
        a:int64?  b:symbol?  c:timestamp?          d:string?  e:bool
        1         x          2020-01-01T00:00:00Z  p          true
        1         x          2020-01-01T00:00:00Z  p          true
        null      null       null                  null       true
        1         x          2020-01-01T00:00:00Z  p          false
        2         y          2020-01-01T00:00:01Z  q          false )");
    Writing sink(options_for(box / "d"), batch.schema());
    sink->write(batch.slice(0, 2));
    sink->write(batch.slice(2, 3));
    sink.commit();
    CHECK(query(box / "d", "SELECT * FROM bars ORDER BY rowid") ==
          Rows{"1|x|2020-01-01T00:00:00Z|p|1", "1|x|2020-01-01T00:00:00Z|p|1",
               "null|null|null|null|1", "1|x|2020-01-01T00:00:00Z|p|0",
               "2|y|2020-01-01T00:00:01Z|q|0"});
}

TEST_CASE("sqlite replaces rows of the same key, across runs") {
    const Sandbox box;
    for (const char* price : {"1", "2"}) {
        const Batch batch = table("id:int64/key price:float64\n7 " + std::string{price});
        Writing sink(options_for(box / "d"), batch.schema());
        sink->write(batch);
        sink.commit();
    }
    CHECK(query(box / "d", all_rows) == Rows{"7|2.0"});
}

TEST_CASE("sqlite keeps rows that are nothing but a key") {
    const Sandbox box;
    const Batch batch = table("id:int64/key\n7\n7\n8");
    Writing sink(options_for(box / "d"), batch.schema());
    sink->write(batch);
    sink.commit();
    CHECK(query(box / "d", "SELECT * FROM bars") == Rows{"7", "8"});
    CHECK(sink.context.rejected.empty());
}

TEST_CASE("sqlite stores checkpoint and positions with the rows") {
    const Sandbox box;
    Writing sink(options_for(box / "d"), keyed().schema());
    sink->write(keyed());
    sink.commit(41);
    sink.commit(42);
    CHECK(query(box / "d",
                "SELECT pipeline, node, id, positions, committed_at "
                "FROM tsflow_checkpoints") ==
          Rows{"test|test|42|position 42|2016-04-15T13:30:00Z"});
}

TEST_CASE("sqlite keeps no book for a host without checkpoints") {
    const Sandbox box;
    Writing sink(options_for(box / "d"), keyed().schema());
    sink->write(keyed());
    sink.commit(0);
    CHECK(query(box / "d", "SELECT name FROM sqlite_schema ORDER BY 1") == Rows{"bars"});
}

TEST_CASE("sqlite writes a transaction when enough rows are there, and the rest at the commit") {
    const Sandbox box;
    Writing sink(options_for(box / "d", "transaction_rows = 4"), unkeyed().schema());
    const std::string count = "SELECT count(*) FROM sqlite_schema WHERE name = 'bars'";
    sink->write(unkeyed());
    CHECK(query(box / "d", count) == Rows{"0"});
    sink->write(unkeyed());
    CHECK(query(box / "d", "SELECT count(*) FROM bars") == Rows{"4"});
    sink->write(unkeyed());
    CHECK(query(box / "d", "SELECT count(*) FROM bars") == Rows{"4"});
    sink.commit();
    CHECK(query(box / "d", "SELECT count(*) FROM bars") == Rows{"6"});
}

TEST_CASE("sqlite escapes names of tables and columns") {
    const Sandbox box;
    const SchemaPtr schema = Schema::make({{.name = "a\"b; --", .type = Type::int64, .key = true},
                                           {.name = "order", .type = Type::int64}});
    BatchBuilder rows(schema);
    rows.push(0, std::int64_t{1});
    rows.push(1, std::int64_t{2});
    Writing sink("path = '" + (box / "d ?#%.sqlite").string() + "'\ntable = 'drop \"table\" x'",
                 schema);
    sink->write(rows.finish());
    sink.commit();
    CHECK(query(box / "d ?#%.sqlite",
                "SELECT \"a\"\"b; --\", \"order\" FROM \"drop \"\"table\"\" x\"") == Rows{"1|2"});
}

TEST_CASE("sqlite without a key appends within a run and starts anew in the next") {
    const Sandbox box;
    query(box / "d",
          "CREATE TABLE bars (symbol TEXT, close REAL); INSERT INTO bars VALUES "
          "('OLD', 1)");
    const auto run = [&] {
        Writing sink(options_for(box / "d", "transaction_rows = 1"), unkeyed().schema());
        CHECK(sink->repeats() == Repeats::removed);
        sink->write(unkeyed());
        sink->write(unkeyed());
        sink.commit(0);
    };
    run();
    const Rows once = {"MSFT|55.25", "MSFT|55.25", "OLD|1.0", "SPY|208.5", "SPY|208.5"};
    CHECK(query(box / "d", all_rows) == once);
    run();
    CHECK(query(box / "d", all_rows) == once);
}

TEST_CASE("sqlite works where columns take the names of the rowid") {
    const Sandbox box;
    const Batch batch = table("rowid:int64 oid:int64\n5 6\n5 6");
    const std::string toml = options_for(box / "d", "transaction_rows = 1");
    std::string state;
    {
        Writing sink(toml, batch.schema());
        sink->write(batch.slice(0, 1));
        state = sink.commit();
        sink->write(batch);
    }
    Writing sink(toml, batch.schema());
    sink.restore(state);
    CHECK(query(box / "d", "SELECT count(*) FROM bars") == Rows{"1"});
    const auto all = make<Sqlite>(toml);
    CHECK_THROWS_AS(all->bind(single(table("rowid:int64 oid:int64 _rowid_:int64\n1 2 3").schema())),
                    ConfigError);
}

TEST_CASE("sqlite refuses what cannot be in the pipeline file, by option") {
    const auto problem = [](const std::string& toml) {
        try {
            make<Sqlite>(toml);
        } catch (const ConfigError& error) {
            return std::string{error.what()};
        }
        return std::string{};
    };
    CHECK_THAT(problem("path = 'd'\ntable = ''"), Contains("table"));
    CHECK_THAT(problem("path = 'd'\ntable = 'sqlite_x'"), Contains("sqlite_x"));
    CHECK_THAT(problem("path = 'd'\ntable = 'TSFLOW_checkpoints'"), Contains("keeps for itself"));
    CHECK(!errors<Sqlite>("path = 'd'\ntable = 't'\ntimestamps = 'unix'").empty());
    CHECK(!errors<Sqlite>("path = 'd'\ntable = 't'\ntransaction_rows = 0").empty());
    CHECK(!errors<Sqlite>("path = 'd'\ntable = 't'\nsynchronous = 'off'").empty());
    const auto sink = make<Sqlite>("path = 'd'\ntable = 't'");
    CHECK_THROWS_WITH(sink->bind(single(table("Close:int64 close:int64\n1 2").schema())),
                      Contains("letter case"));
    CHECK_THROWS_AS(sink->bind(single(Schema::make({}))), ConfigError);
}

TEST_CASE("sqlite conforms") {
    const Sandbox box;
    const auto remove = [&] {
        for (const char* name : {"d", "d-wal", "d-shm"}) {
            std::filesystem::remove(box / name);
        }
    };
    const std::string toml = options_for(box / "d", "transaction_rows = 2");
    CHECK(conformance<Sqlite>({toml, {keyed(), keyed().slice(1, 2)}, remove}) == Rows{});
    CHECK(conformance<Sqlite>({toml, {unkeyed(), unkeyed().slice(1, 1)}, remove}) == Rows{});
}
