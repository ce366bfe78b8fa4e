#include "timescale.hpp"

#include <limits>

#include "tsflow/builder.hpp"
#include "writing.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using Catch::Matchers::Contains;

TEST_CASE("rows of a key are written once, the last one of each") {
    TSFLOW_NEEDS_SERVER();
    const std::string copy = GENERATE("copy = true", "copy = false");
    const Database database;
    Writing sink(database.options(copy), keyed().schema());
    sink->write(keyed());
    sink.commit();
    CHECK(database.query(all_rows) ==
          Rows{"MSFT|2016-04-15 13:30:00+00|55.75|120", "SPY|2016-04-15 13:30:00+00|208.5|null"});
    sink->write(keyed().slice(0, 1));
    sink.commit(2);
    CHECK(database.query("SELECT close FROM bars WHERE symbol = 'MSFT'") == Rows{"55.25"});
    CHECK(database.query("SELECT pipeline, node, id, convert_from(positions, 'UTF8') FROM "
                         "tsflow.checkpoints") == Rows{"test|test|2|position 2"});
    CHECK(sink->repeats() == Repeats::replaced);
}

TEST_CASE("values of every type arrive as they are") {
    TSFLOW_NEEDS_SERVER();
    const std::string copy = GENERATE("copy = true", "copy = false");
    const Database database;
    const SchemaPtr schema = Schema::make({{.name = "i", .type = Type::int64, .key = true},
                                           {.name = "b", .type = Type::boolean},
                                           {.name = "f", .type = Type::float64},
                                           {.name = "t", .type = Type::timestamp},
                                           {.name = "d", .type = Type::date},
                                           {.name = "s", .type = Type::string, .nullable = true},
                                           {.name = "y", .type = Type::symbol, .nullable = true}});
    BatchBuilder rows(schema);
    const auto row = [&](std::int64_t i, double f, const char* t, const char* d, const char* s) {
        rows.push(0, i);
        rows.push(1, i > 0);
        rows.push(2, f);
        rows.push(3, *parse_timestamp(t));
        rows.push(4, *parse_date(d));
        s == nullptr ? rows.push_null(5) : rows.push(5, s);
        s == nullptr ? rows.push_null(6) : rows.push(6, s);
    };
    row(std::numeric_limits<std::int64_t>::min(), 0.1, "1969-12-31T23:59:59.999999Z", "1999-12-31",
        "");
    row(0, std::numeric_limits<double>::infinity(), "2016-04-15T13:30:00.5Z", "2016-04-15",
        "a\\b\tc\nd\"e'f,\\N");
    row(std::numeric_limits<std::int64_t>::max(), std::nan(""), "2261-01-01T00:00:00Z",
        "1900-01-01", "\xc3\xa9\xf0\x9f\x98\x80");
    row(7, 5e-324, "2000-01-01T00:00:00Z", "2000-01-01", nullptr);
    Writing sink(database.options(copy), schema);
    sink->write(rows.finish());
    sink.commit();
    CHECK(
        database.query("SELECT * FROM bars ORDER BY i") ==
        Rows{"-9223372036854775808|f|0.1|1969-12-31 23:59:59.999999+00|1999-12-31||",
             "0|f|Infinity|2016-04-15 13:30:00.5+00|2016-04-15|a\\b\tc\nd\"e'f,\\N|a\\b\tc\nd\"e'"
             "f,\\N",
             "7|t|5e-324|2000-01-01 00:00:00+00|2000-01-01|null|null",
             "9223372036854775807|t|NaN|2261-01-01 00:00:00+00|1900-01-01|\xc3\xa9\xf0\x9f\x98\x80|"
             "\xc3\xa9\xf0\x9f\x98\x80"});
}

TEST_CASE("rows without a key are appended") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    const Batch batch = table("symbol:symbol close:float64\nMSFT 1\nMSFT 1");
    const std::string more = GENERATE("", "mode = 'bulk'\nconnections = 2");
    Writing sink(database.options(more), batch.schema());
    for (int time = 0; time < 3; ++time) {
        sink->write(batch);
    }
    sink.commit();
    CHECK(database.query("SELECT count(*) FROM bars") == Rows{"6"});
}

TEST_CASE("a restart goes on from the checkpoint that the database holds") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    std::string state;
    {
        Writing sink(database.options(), keyed().schema());
        sink->write(keyed());
        state = sink.commit(7);
    }
    Writing again(database.options(), keyed().schema());
    again.restore(state);
    again->write(keyed());
    again.commit(8);
    CHECK(database.query("SELECT count(*) FROM bars") == Rows{"2"});
    const Database other("other");
    Writing elsewhere(other.options(), keyed().schema());
    CHECK_THROWS_WITH(
        elsewhere.restore(state),
        Contains("older than the pipeline's last checkpoint") && Contains("checkpoint 7"));
}

TEST_CASE("rows that the table refuses are put aside with SQLSTATE and reason") {
    TSFLOW_NEEDS_SERVER();
    const std::string copy = GENERATE("copy = true", "copy = false");
    const Database database;
    database.query(
        "CREATE TABLE bars (id bigint PRIMARY KEY, close double precision CHECK (close > 0), "
        "note text)");
    const SchemaPtr schema = Schema::make({{.name = "id", .type = Type::int64, .key = true},
                                           {.name = "close", .type = Type::float64},
                                           {.name = "note", .type = Type::string}});
    BatchBuilder rows(schema);
    for (std::int64_t i = 0; i < 3'000; ++i) {
        rows.push(0, i);
        rows.push(1, i >= 1'000 && i < 2'000 ? -1.0 : 1.0);
        rows.push(2, i == 5 ? std::string_view{"a\0b", 3} : i == 6 ? "\xff" : "x");
    }
    Writing sink(database.options(copy), schema);
    sink->write(rows.finish());
    sink.commit();
    CHECK(database.query("SELECT count(*), min(close) FROM bars") == Rows{"1998|1"});
    REQUIRE(sink.context.rejected.size() == 1'002);
    CHECK_THAT(sink.context.rejected[0].second,
               Contains("22021") && Contains("'note'") && Contains("zero byte"));
    CHECK_THAT(sink.context.rejected[1].second, Contains("22021") && Contains("UTF-8"));
    CHECK_THAT(sink.context.rejected[2].first, Contains("\"id\":1000"));
    CHECK_THAT(sink.context.rejected[2].second,
               Contains("SQLSTATE 23514") && Contains("bars_close_check"));
}
