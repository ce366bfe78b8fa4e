#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/postgres/connection.hpp"
#include "postgres_server.hpp"
#include "sql.hpp"
#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using sql::Sql;

namespace {

const char* const statements = R"(
    CREATE TABLE bars (symbol varchar(20), "timestamp" timestamptz, open numeric, high numeric,
                       low numeric, close double precision, volume bigint,
                       PRIMARY KEY (symbol, "timestamp"));
    INSERT INTO bars VALUES
        ('MSFT', '2016-04-15T13:30:00Z', 55, 56, 54, 55.1, 100),
        ('AAPL', '2016-04-15T13:31:00.25Z', 112, 113, 111, 112.5, 300),
        ('AAPL', '2016-04-15T13:30:00Z', 110, 111, 109, 0.1, 200),
        ('O''X', '2016-04-18T13:30:00Z', 56, 57, 55, 56.1, 400);
    CREATE TABLE days (symbol text, date date, ok boolean, n int, at timestamp);
    INSERT INTO days VALUES ('A', '2020-03-02', true, 1, '2020-03-02 09:30:00'),
                            ('A', '2020-03-09', NULL, NULL, '2020-03-09 09:30:00');
    CREATE TABLE many AS SELECT 'S' || (i % 50) AS symbol,
        '2016-04-15T13:30:00Z'::timestamptz + i * interval '1 second' AS "timestamp", i AS n
        FROM generate_series(1, 20000) AS i)";

Batch read(const PostgresServer& server, const std::string& more) {
    return testing::drain(*testing::make<Sql>("url = '" + server.url() + "'\n" + more));
}

std::string failure(const std::string& toml) {
    testing::TestContext context;
    try {
        testing::make<Sql>(toml)->probe(context);
    } catch (const Error& error) {
        return error.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("rows of PostgreSQL") {
    auto server = PostgresServer::start();
    if (!server) {
        WARN("skipped: PostgreSQL is not installed");
        return;
    }
    const std::string url = "url = '" + server->url() + "'\n";
    postgres::Connection connection({.url = Secret{server->url()}});
    connection.execute(statements);

    CHECK(testing::to_text(read(*server, "table = 'public.bars'")) ==
          testing::to_text(testing::table(R"(
        symbol:symbol/key timestamp:timestamp/key/event_time open:float64[USD] high:float64[USD] low:float64[USD] close:float64[USD] volume:float64[shares] transactions:int64?[count]
        AAPL 2016-04-15T13:30:00Z    110 111 109 0.1   200 null
        MSFT 2016-04-15T13:30:00Z    55  56  54  55.1  100 null
        AAPL 2016-04-15T13:31:00.250Z 112 113 111 112.5 300 null
        O'X  2016-04-18T13:30:00Z    56  57  55  56.1  400 null)")));
    CHECK(read(*server, "table = 'bars'\nfrom = 2016-04-16\nsymbols = [\"O'X\"]").rows() == 1);
    CHECK(read(*server, "table = 'bars'\nto = 2016-04-15").rows() == 3);
    CHECK(testing::to_text(read(*server, R"(
        table = "days"
        time = "date"
        timezone = "America/New_York"
        columns = ["symbol:symbol", "date:timestamp", "ok:bool?", "n:int64?", "at:timestamp"])")) ==
          testing::to_text(testing::table(R"(
        symbol:symbol/key date:timestamp/key/event_time ok:bool? n:int64? at:timestamp
        A 2020-03-02T05:00:00Z true 1    2020-03-02T14:30:00Z
        A 2020-03-09T04:00:00Z null null 2020-03-09T13:30:00Z)")));

    // A restart in mid-stream gives the same rest, through a cursor of few rows at a time.
    const std::string many = url + R"(table = "many"
        columns = ["symbol:symbol", "timestamp:timestamp", "n:int64"]
        batch_rows = 999)";
    CHECK(testing::conformance<Sql>({many, {}, {}}) == std::vector<std::string>{});
    const Batch all = testing::drain(*testing::make<Sql>(many));
    REQUIRE(all.rows() == 20000);
    CHECK(all.column<std::int64_t>(2)[0] == 1);
    CHECK(all.column<std::int64_t>(2)[19999] == 20000);

    CHECK(failure(url + "table = 'bars'") == "none");
    CHECK_THAT(failure(url + "table = 'nothing'"), Contains("relation \"nothing\" does not exist"));
    CHECK_THAT(failure(url + "table = 'days'"),
               Contains("has no column 'timestamp'") &&
                   Contains("columns = [\"symbol:symbol\", \"date:date?\", \"ok:bool?\", "
                            "\"n:int64?\", \"at:timestamp?\"]"));
    CHECK_THAT(failure(url + "query = 'DELETE FROM bars RETURNING *'"), Contains("syntax error"));
    connection.execute(
        "CREATE FUNCTION evil() RETURNS text LANGUAGE sql AS 'DELETE FROM bars; SELECT "
        "''A''::text'");
    CHECK_THROWS_WITH(
        read(*server,
             "query = 'SELECT evil() AS symbol, now() AS timestamp'\ncolumns = ['symbol:symbol', "
             "'timestamp:timestamp']"),
        Contains("read-only transaction"));

    // A server that goes away in mid-stream is waited for, and nothing is lost or doubled.
    auto source = testing::make<Sql>(many);
    testing::TestContext context;
    source->open(context);
    testing::CollectingEmitter out;
    CHECK(source->poll(out, 1ms) == Poll::more);
    server->crash();
    CHECK_THROWS_AS(source->poll(out, 1ms), RetryableError);
    server->start_again();
    while (source->poll(out, 1ms) != Poll::done) {
    }
    CHECK(out.rows() == 20000);
}

TEST_CASE("a server that is away may come back, and its password is not told") {
    CHECK_THAT(failure("url = 'postgresql://me:secret@127.0.0.1:1/db'\ntable = 'bars'"),
               Contains("127.0.0.1:1") && !Contains("secret"));
    testing::TestContext context;
    CHECK_THROWS_AS(
        testing::make<Sql>("url = 'postgresql://127.0.0.1:1/db'\ntable = 'bars'")->open(context),
        RetryableError);
}
