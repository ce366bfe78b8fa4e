#include <cstdlib>

#include "aggregates_refresh.hpp"
#include "table_facts.hpp"
#include "writing.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using Catch::Matchers::Contains;

namespace {

/// A server with TimescaleDB, which may serve one connection at a time and know no COPY.
const std::optional<PostgresServer>& timescale_server() {
    static const std::optional<PostgresServer> started = PostgresServer::start_timescale();
    return started;
}

/// A schema of a test's own on it.
class Place {
public:
    Place() {
        query(
            "SET client_min_messages = error; DROP SCHEMA IF EXISTS place CASCADE; "
            "CREATE SCHEMA place; DROP SCHEMA IF EXISTS tsflow CASCADE");
    }
    Rows query(const std::string& sql) const {
        return Reader{timescale_server()->url()}("SET timezone = 'UTC'; " + sql);
    }
    std::string options(const std::string& more = {}, const std::string& table = "bars") const {
        const bool native = std::getenv("TSFLOW_TIMESCALE_BIN") != nullptr;
        return "url = '" + timescale_server()->url() + "'\ntable = 'place." + table +
               "'\ncopy = " + (native ? "true" : "false") + "\nrefresh_late = '1h'\n" + more;
    }
};

std::string logged(const TestContext& context) {
    std::string text;
    for (const auto& [level, message] : context.logs) {
        text += message + "\n";
    }
    return text;
}

Batch bars(const std::string& rows) {
    return table(
        "symbol:symbol/key timestamp:timestamp/key/event_time open:float64[USD] high:float64[USD] "
        "low:float64[USD] close:float64[USD] volume:float64[shares]\n" +
        rows);
}

void write(const std::string& options, const Batch& batch) {
    Writing writing(options, batch.schema());
    writing->write(batch);
    writing.commit();
    CHECK(writing.context.rejected.empty());
}

const std::string three_aggregates = R"(
    [[aggregates]]
    name = "place.bars_5min"
    bucket = "5m"
    [[aggregates]]
    name = "place.bars_1h"
    bucket = "1h"
    [[aggregates]]
    name = "place.bars_1day"
    bucket = "1d"
    time_zone = "America/New_York"
)";

}  // namespace

#define TSFLOW_NEEDS_TIMESCALE()                                                     \
    if (!timescale_server()) {                                                       \
        WARN("skipped: no TimescaleDB; npm could not install that of tests/pglite"); \
        return;                                                                      \
    }

TEST_CASE("a hypertable is made with its policies, and once only") {
    TSFLOW_NEEDS_TIMESCALE();
    const Place place;
    const std::string options = place.options(
        "chunk_interval = '1d'\ncompress_after = '7d'\ndrop_after = '3650d'\n" + three_aggregates);
    const SchemaPtr schema = bars("A 2016-04-15T13:30:00Z 1 1 1 1 1").schema();
    for (int time = 0; time < 2; ++time) {
        const Writing writing(options, schema);
        CHECK(logged(writing.context).empty());
    }
    CHECK(place.query("SELECT h.compression_enabled, d.column_name, d.time_interval "
                      "FROM timescaledb_information.hypertables h JOIN "
                      "timescaledb_information.dimensions d USING (hypertable_schema, "
                      "hypertable_name) WHERE hypertable_schema = 'place'") ==
          Rows{"t|timestamp|1 day"});
    CHECK(
        place.query("SELECT proc_name, hypertable_name, schedule_interval, "
                    "config - 'hypertable_id' - 'mat_hypertable_id' "
                    "FROM timescaledb_information.jobs WHERE hypertable_schema = 'place' "
                    "ORDER BY job_id") ==
        Rows{
            R"(policy_compression|bars|12:00:00|{"compress_after": "7 days"})",
            R"(policy_retention|bars|1 day|{"drop_after": "3650 days"})",
            R"(policy_refresh_continuous_aggregate|bars_5min|00:05:00|{"end_offset": "00:05:00", "start_offset": "1 day"})",
            R"(policy_refresh_continuous_aggregate|bars_1h|01:00:00|{"end_offset": "01:00:00", "start_offset": "1 day"})",
            R"(policy_refresh_continuous_aggregate|bars_1day|1 day|{"end_offset": "1 day", "start_offset": "8 days"})"});
    CHECK(place.query("SELECT segmentby, orderby FROM "
                      "timescaledb_information.hypertable_compression_settings "
                      "WHERE hypertable = 'place.bars'::regclass") ==
          Rows{"symbol|\"timestamp\" DESC"});
}

TEST_CASE("a policy that is there is left as it is, and the difference told") {
    TSFLOW_NEEDS_TIMESCALE();
    const Place place;
    const SchemaPtr schema = bars("A 2016-04-15T13:30:00Z 1 1 1 1 1").schema();
    { const Writing writing(place.options("drop_after = '10d'"), schema); }
    const Writing writing(place.options("drop_after = '20d'"), schema);
    CHECK_THAT(
        logged(writing.context),
        Contains("has a policy already, with drop_after 10 days, and option 'drop_after' says") &&
            Contains("left as it is"));
}

TEST_CASE("aggregates hold what the rows make, also when they come late or are corrected") {
    TSFLOW_NEEDS_TIMESCALE();
    const Place place;
    const std::string options = place.options(three_aggregates);
    // Months before the context's clock, and in two days of New York that are one of UTC.
    write(options, bars("A 2016-01-05T20:01:00Z 11 15 10 14 100\n"
                        "A 2016-01-05T20:04:00Z 14 16 13 12 50\n"
                        "A 2016-01-05T20:05:00Z 12 12 9 9.5 25\n"
                        "A 2016-01-06T04:59:00Z 9 9 9 9 1\n"
                        "A 2016-01-06T05:00:00Z 8 8 8 8 2\n"
                        "B 2016-01-05T20:02:00Z 1 2 0.5 1.5 10\n"));
    for (const std::string name : {"bars_5min", "bars_1h", "bars_1day"}) {
        place.query("ALTER MATERIALIZED VIEW place." + name +
                    " SET (timescaledb.materialized_only = true)");
    }
    CHECK(place.query("SELECT * FROM place.bars_5min ORDER BY 1, 2") ==
          Rows{"A|2016-01-05 20:00:00+00|11|16|10|12|150",
               "A|2016-01-05 20:05:00+00|12|12|9|9.5|25", "A|2016-01-06 04:55:00+00|9|9|9|9|1",
               "A|2016-01-06 05:00:00+00|8|8|8|8|2", "B|2016-01-05 20:00:00+00|1|2|0.5|1.5|10"});
    CHECK(place.query("SELECT * FROM place.bars_1h WHERE symbol = 'A' ORDER BY 2") ==
          Rows{"A|2016-01-05 20:00:00+00|11|16|9|9.5|175", "A|2016-01-06 04:00:00+00|9|9|9|9|1",
               "A|2016-01-06 05:00:00+00|8|8|8|8|2"});
    CHECK(place.query("SELECT * FROM place.bars_1day WHERE symbol = 'A' ORDER BY 2") ==
          Rows{"A|2016-01-05 05:00:00+00|11|16|9|9|176", "A|2016-01-06 05:00:00+00|8|8|8|8|2"});
    CHECK(place.query("SELECT count(*) FROM tsflow.touched_ranges") == Rows{"0"});

    write(options, bars("A 2016-01-05T20:05:00Z 12 20 9 9.5 30\n"));
    CHECK(place.query("SELECT * FROM place.bars_1h WHERE symbol = 'A' ORDER BY 2 LIMIT 1") ==
          Rows{"A|2016-01-05 20:00:00+00|11|20|9|9.5|180"});
    CHECK(place.query("SELECT high FROM place.bars_1day WHERE symbol = 'A' ORDER BY timestamp "
                      "LIMIT 1") == Rows{"20"});
}

TEST_CASE("a crash forgets no range that is to be refreshed, and near ones become one") {
    TSFLOW_NEEDS_TIMESCALE();
    const Place place;
    const std::string options = place.options(three_aggregates);
    write(options, bars("A 2016-01-05T20:01:00Z 1 1 1 1 1\n"));
    // As a run that was killed leaves them.
    place.query(
        "INSERT INTO place.bars VALUES ('A', '2016-01-05 21:00Z', 2, 2, 2, 2, 2), "
        "('A', '2016-01-05 22:00Z', 3, 3, 3, 3, 3), ('A', '2015-06-01 00:00Z', 4, 4, 4, 4, 4); "
        "INSERT INTO tsflow.touched_ranges (table_name, first, last) VALUES "
        "('\"place\".\"bars\"', '2016-01-05 21:00Z', '2016-01-05 21:00Z'), "
        "('\"place\".\"bars\"', '2016-01-05 22:00Z', '2016-01-05 22:00Z'), "
        "('\"place\".\"bars\"', '2015-06-01 00:00Z', '2015-06-01 00:00Z'), "
        "('\"place\".\"others\"', '2015-06-01 00:00Z', '2015-06-01 00:00Z')");
    {
        timescale::Connection connection({.url = Secret{timescale_server()->url()}});
        const auto server = timescale::server_facts(connection);
        const auto facts = timescale::table_facts(connection, server, "place.bars");
        CHECK(timescale::refresh_touched(connection, *facts) == 2);
        CHECK(timescale::refresh_touched(connection, *facts) == 0);
    }
    place.query("ALTER MATERIALIZED VIEW place.bars_1h SET (timescaledb.materialized_only = true)");
    CHECK(place.query("SELECT timestamp, open FROM place.bars_1h ORDER BY 1") ==
          Rows{"2015-06-01 00:00:00+00|4", "2016-01-05 20:00:00+00|1", "2016-01-05 21:00:00+00|2",
               "2016-01-05 22:00:00+00|3"});
    CHECK(place.query("SELECT table_name FROM tsflow.touched_ranges") ==
          Rows{"\"place\".\"others\""});
}

TEST_CASE("rows that a policy will see are left to it") {
    TSFLOW_NEEDS_TIMESCALE();
    const Place place;
    const timescale::TableFacts facts;
    const auto flag = std::make_shared<std::atomic<bool>>(false);
    using std::chrono::hours;
    const timescale::Aggregate day{"a", "1 day", true, hours{48}};
    const timescale::Aggregate hour{"b", "01:00:00", true, hours{6}};
    const timescale::Aggregate always{"c", "01:00:00", true, std::nullopt};
    const timescale::Aggregate alone{"d", "01:00:00", false, std::nullopt};
    const Batch batch = bars(
        "A 2016-04-15T07:00:00Z 1 1 1 1 1\nA 2016-04-15T08:00:00Z 1 1 1 1 1\n"
        "A 2016-04-15T06:00:00Z 1 1 1 1 1\n");
    const timescale::RowList rows{{batch.slice(0, 1), {0}}, {batch.slice(1, 2), {0, 1}}};
    const Timestamp now = *parse_timestamp("2016-04-15T13:30:00Z");
    const auto late = [&](std::vector<timescale::Aggregate> aggregates) -> std::string {
        const timescale::TouchedRanges touched(facts, 1, aggregates, flag);
        const auto range = touched.late(rows, now);
        return !touched.active() ? "none"
               : !range          ? "in time"
                        : format_timestamp(range->first) + " " + format_timestamp(range->last);
    };
    CHECK(late({}) == "none");
    CHECK(late({always}) == "none");
    CHECK(late({day}) == "in time");
    CHECK(late({day, hour, always}) == "2016-04-15T06:00:00Z 2016-04-15T07:00:00Z");
    CHECK(late({day, alone}) == "2016-04-15T06:00:00Z 2016-04-15T08:00:00Z");
}

TEST_CASE("rows in compressed chunks are replaced") {
    TSFLOW_NEEDS_TIMESCALE();
    const Place place;
    const std::string options = place.options("compress_after = '7d'");
    std::string many;
    for (int minute = 0; minute < 60; ++minute) {
        const std::string at = "2016-01-05T20:" + std::to_string(minute / 10) +
                               std::to_string(minute % 10) + ":00Z 1 1 1 1 ";
        many += "A " + at + std::to_string(minute) + "\nB " + at + std::to_string(minute) + "\n";
    }
    write(options, bars(many));
    place.query(
        "SET client_min_messages = error; SELECT compress_chunk(c) FROM show_chunks('place.bars') "
        "c");
    // Some replaced, some new, some of a new symbol, and the same ones once more.
    const Batch later = bars(
        "A 2016-01-05T20:30:00Z 2 2 2 2 500\nB 2016-01-05T21:00:00Z 2 2 2 2 7\n"
        "C 2016-01-05T20:30:00Z 3 3 3 3 9\nA 2016-01-05T20:59:00Z 2 2 2 2 600\n");
    write(options, later);
    write(options, later);
    CHECK(
        place.query("SELECT symbol, count(*), sum(volume) FROM place.bars GROUP BY 1 ORDER BY 1") ==
        Rows{"A|60|" + std::to_string(1770 - 30 - 59 + 1100), "B|61|1777", "C|1|9"});
}

TEST_CASE("bulk rows without a key go into compressed chunks where the server can do that") {
    TSFLOW_NEEDS_TIMESCALE();
    const Place place;
    if (std::getenv("TSFLOW_TIMESCALE_BIN") == nullptr) {
        WARN("skipped: COPY needs a native TimescaleDB; see TSFLOW_TIMESCALE_BIN");
        return;
    }
    const std::string options =
        place.options("mode = 'bulk'\nconnections = 2\nbatch_rows = 500\ncompress_after = '7d'");
    std::string rows;
    for (int i = 0; i < 2'000; ++i) {
        rows += "S" + std::to_string(i % 7) + " 2016-01-05T20:00:00Z " + std::to_string(i) + "\n";
    }
    const Batch trades =
        table("symbol:symbol timestamp:timestamp/event_time price:float64\n" + rows);
    Writing writing(options, trades.schema());
    for (std::size_t row = 0; row < trades.rows(); row += 100) {
        writing->write(trades.slice(row, 100));
    }
    writing.commit();
    CHECK(place.query("SELECT count(*), sum(price) FROM place.bars") == Rows{"2000|1999000"});
    CHECK(place.query("SELECT is_compressed, count(*) FROM timescaledb_information.chunks WHERE "
                      "hypertable_schema = 'place' GROUP BY 1") == Rows{"t|1"});
}

TEST_CASE("tables that cannot become hypertables are plain ones, and that is told") {
    TSFLOW_NEEDS_TIMESCALE();
    const Place place;
    const Batch untimed = table("id:int64/key value:float64\n1 2");
    Writing writing(place.options("drop_after = '9d'"), untimed.schema());
    CHECK_THAT(logged(writing.context), Contains("no hypertable: the rows have no event time"));
    writing->write(untimed);
    writing.commit();
    writing->close();
    place.query(
        "CREATE TABLE place.old (symbol text, time timestamptz, close float8, volume bigint, "
        "PRIMARY KEY (symbol, time))");
    const Writing old(place.options("", "old"), keyed().schema());
    CHECK_THAT(logged(old.context), Contains("create_hypertable(…, migrate_data => true)"));
}

TEST_CASE("aggregates that cannot be made are refused with the reason, and nothing else is made") {
    TSFLOW_NEEDS_TIMESCALE();
    const Place place;
    const auto told = [&](const std::string& aggregate, const Batch& batch) -> std::string {
        try {
            const Writing writing(place.options("[[aggregates]]\nbucket = '5m'\n" + aggregate),
                                  batch.schema());
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    };
    const Batch batch = bars("A 2016-01-05T20:01:00Z 1 1 1 1 1\n");
    CHECK_THAT(told("name = 'place.a'\nvalues = ['clsoe:last']", batch),
               Contains("no column 'clsoe'; did you mean 'close'?"));
    CHECK(place.query("SELECT to_regclass('place.bars')") == Rows{"null"});
    place.query("CREATE TABLE place.taken ()");
    CHECK_THAT(told("name = 'place.taken'", batch), Contains("something else in"));
    CHECK_THAT(
        told("name = 'place.a'", table("symbol:symbol/key t:timestamp/key/event_time x:float64\nA "
                                       "2016-01-05T20:01:00Z 1")),
        Contains("say in 'values'"));
    CHECK(told("name = 'place.b'\nvalues = ['close:max', 'close:min', 'volume:count']", batch)
              .empty());
    CHECK(place.query("SELECT column_name FROM information_schema.columns WHERE table_name = 'b' "
                      "AND table_schema = 'place' ORDER BY ordinal_position") ==
          Rows{"symbol", "timestamp", "close", "close_min", "volume"});
}
