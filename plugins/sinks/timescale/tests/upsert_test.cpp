#include <algorithm>
#include <map>
#include <numeric>
#include <thread>

#include "newest_rows.hpp"
#include "tsflow/builder.hpp"
#include "writing.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using Catch::Matchers::Contains;

namespace {

Batch bars(const std::string& rows) {
    return table(
        "symbol:symbol/key time:timestamp/key/event_time close:float64 received:timestamp?\n" +
        rows);
}

const std::string morning = " 2016-04-15T13:30:00Z ";

/// Of a batch that comes in pieces of so many rows.
std::vector<std::uint32_t> newest(const Batch& batch, std::optional<std::size_t> version,
                                  std::size_t piece = 100'000) {
    timescale::RowList list;
    for (std::size_t first = 0; first < batch.rows(); first += piece) {
        list.push_back({batch.slice(first, std::min(piece, batch.rows() - first)), {}});
        list.back().rows.resize(list.back().batch.rows());
        std::iota(list.back().rows.begin(), list.back().rows.end(), 0U);
    }
    timescale::keep_newest(list, batch.schema()->key(), version);
    std::vector<std::uint32_t> rows;
    for (std::size_t i = 0; i < list.size(); ++i) {
        for (const std::uint32_t row : list[i].rows) {
            rows.push_back(static_cast<std::uint32_t>(i * piece) + row);
        }
    }
    return rows;
}

}  // namespace

TEST_CASE("of the rows of one key the newest is kept, in order") {
    const Batch batch = bars("A" + morning + "1 2016-04-15T13:31:00Z\n" +  //
                             "B" + morning + "2 2016-04-15T13:31:00Z\n" +  //
                             "A" + morning + "3 2016-04-15T13:30:59Z\n" +  //
                             "C" + morning + "4 null\n" +                  //
                             "B" + morning + "5 2016-04-15T13:31:00Z\n" +  //
                             "C" + morning + "6 2016-04-15T13:31:00Z\n" +  //
                             "C" + morning + "7 null\n" +                  //
                             "A 2016-04-15T13:30:01Z 8 null\n");
    using Numbers = std::vector<std::uint32_t>;
    CHECK(newest(batch, 3) == Numbers{0, 4, 5, 7});
    CHECK(newest(batch, std::nullopt) == Numbers{2, 4, 6, 7});
}

TEST_CASE("the newest rows are those that a map holds in the end") {
    const SchemaPtr schema = Schema::make({{.name = "id", .type = Type::int64, .key = true},
                                           {.name = "text", .type = Type::string, .key = true},
                                           {.name = "version", .type = Type::int64}});
    BatchBuilder builder(schema);
    std::map<std::pair<std::int64_t, std::string>, std::pair<std::int64_t, std::uint32_t>> expected;
    std::uint64_t random = 1;
    for (std::uint32_t row = 0; row < 5'000; ++row) {
        random = random * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
        const auto id = static_cast<std::int64_t>((random >> 33) % 40);
        const std::string text = std::to_string((random >> 40) % 20);
        const auto version = static_cast<std::int64_t>((random >> 50) % 10);
        builder.push(0, id);
        builder.push(1, text);
        builder.push(2, version);
        const auto [place, added] = expected.try_emplace({id, text}, version, row);
        if (!added && place->second.first <= version) {
            place->second = {version, row};
        }
    }
    std::vector<std::uint32_t> rows;
    for (const auto& [key, value] : expected) {
        rows.push_back(value.second);
    }
    std::sort(rows.begin(), rows.end());
    const Batch batch = builder.finish();
    for (const std::size_t piece : {5'000, 1, 7, 1'024}) {
        CHECK(newest(batch, 2, piece) == rows);
    }
}

TEST_CASE("an older version of a row never replaces a newer one, in a batch or later") {
    TSFLOW_NEEDS_SERVER();
    const std::string copy = GENERATE("copy = true", "copy = false", "mode = 'bulk'");
    const Database database;
    const Batch first = bars("A" + morning + "2 2016-04-15T13:31:02Z\n" +  //
                             "A" + morning + "1 2016-04-15T13:31:01Z\n" +  //
                             "B" + morning + "1 2016-04-15T13:31:01Z\n");
    const Batch second = bars("A" + morning + "1 2016-04-15T13:31:01Z\n" +  //
                              "B" + morning + "2 2016-04-15T13:31:02Z\n" +  //
                              "C" + morning + "1 null\n");
    Writing sink(database.options(copy + "\nversion = 'received'"), first.schema());
    sink->write(first);
    sink.commit(1);
    sink->write(second);
    sink.commit(2);
    sink->write(second);
    sink.commit(3);
    CHECK(database.query("SELECT symbol, close FROM bars ORDER BY symbol") ==
          Rows{"A|2", "B|2", "C|1"});
    sink->write(bars("A" + morning + "9 null\n"));
    sink.commit(4);
    CHECK(database.query("SELECT close FROM bars WHERE symbol = 'A'") == Rows{"2"});
}

TEST_CASE("versions hold among refused rows too") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    const Batch batch = bars("A" + morning + "2 2016-04-15T13:31:02Z\n" +   //
                             "A" + morning + "-1 2016-04-15T13:31:03Z\n" +  //
                             "A" + morning + "1 2016-04-15T13:31:01Z\n" +   //
                             "B" + morning + "-1 2016-04-15T13:31:01Z\n" +  //
                             "C" + morning + "3 2016-04-15T13:31:01Z\n");
    Writing sink(database.options("version = 'received'"), batch.schema());
    database.query("ALTER TABLE bars ADD CHECK (close > 0)");
    sink->write(batch);
    sink.commit();
    CHECK(database.query("SELECT symbol, close FROM bars ORDER BY symbol") == Rows{"A|2", "C|3"});
    CHECK(sink.context.rejected.size() == 2);
}

TEST_CASE("several connections keep the order of each key") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    const SchemaPtr schema = Schema::make({{.name = "symbol", .type = Type::symbol, .key = true},
                                           {.name = "value", .type = Type::int64}});
    Writing sink(database.options("connections = 3\nbatch_rows = 50"), schema);
    for (std::int64_t value = 0; value < 40; ++value) {
        BatchBuilder rows(schema);
        for (int symbol = 0; symbol < 60; ++symbol) {
            rows.push(0, "S" + std::to_string(symbol));
            rows.push(1, value);
        }
        sink->write(rows.finish());
    }
    sink.commit(5);
    CHECK(database.query("SELECT count(*), min(value), max(value) FROM bars") == Rows{"60|39|39"});
    CHECK(database.query("SELECT id FROM tsflow.checkpoints") == Rows{"5"});
    CHECK(database.query("SELECT count(*) >= 3 FROM pg_stat_activity WHERE application_name = "
                         "'tsflow test'") == Rows{"t"});
}

TEST_CASE("bulk writes over two connections unless it is told another number") {
    TSFLOW_NEEDS_SERVER();
    const auto [options, expected] = GENERATE(Catch::Generators::table<std::string, std::string>(
        {{"", "1"}, {"mode = 'bulk'", "2"}, {"mode = 'bulk'\nconnections = 1", "1"}}));
    const Database database;
    const SchemaPtr schema = Schema::make({{.name = "number", .type = Type::int64, .key = true}});
    Writing sink(database.options(options), schema);
    BatchBuilder rows(schema);
    for (std::int64_t number = 0; number < 100; ++number) {
        rows.push(0, number);
    }
    sink->write(rows.finish());
    sink.commit(1);
    CHECK(database.query("SELECT count(*) FROM pg_stat_activity WHERE application_name = "
                         "'tsflow test'") == Rows{expected});
    CHECK(database.query("SELECT count(*) FROM bars") == Rows{"100"});
}

TEST_CASE("rows are seen after batch_interval, without a checkpoint") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    Writing sink(database.options("batch_interval = '20ms'"), keyed().schema());
    sink->write(keyed());
    Reader reader(database.url());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (reader("SELECT count(*) FROM bars") != Rows{"2"}) {
        REQUIRE(std::chrono::steady_clock::now() < deadline);
    }
    CHECK(reader("SELECT count(*) FROM tsflow.checkpoints") == Rows{"0"});
}

TEST_CASE("bulk copies new rows and replaces those that are there") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    Writing sink(database.options("mode = 'bulk'"), keyed().schema());
    sink->write(keyed());
    sink.commit(1);
    sink->write(keyed().slice(0, 2));
    sink.commit(2);
    CHECK(database.query(all_rows) ==
          Rows{"MSFT|2016-04-15 13:30:00+00|55.25|100", "SPY|2016-04-15 13:30:00+00|208.5|null"});
}

TEST_CASE("constraints of every kind refuse single rows; the others are kept") {
    TSFLOW_NEEDS_SERVER();
    const std::string more =
        GENERATE("copy = true", "copy = false", "mode = 'bulk'\nconnections = 1");
    const Database database;
    database.query(
        "CREATE TABLE names (name varchar PRIMARY KEY); INSERT INTO names VALUES ('a'), ('b'), "
        "('long'); CREATE TABLE bars (id bigint PRIMARY KEY, name varchar(3) REFERENCES names "
        "DEFERRABLE INITIALLY DEFERRED, size smallint NOT NULL, code bigint UNIQUE)");
    const Batch batch = table(R"(
        id:int64/key  name:string?  size:int64?  code:int64
        1             a             1            1
        2             z             1            2
        3             b             100000       3
        4             b             null         4
        5             b             1            1
        6             null          1            6 )");
    Writing sink(database.options(more), batch.schema());
    sink->write(batch);
    sink.commit();
    CHECK(database.query("SELECT id FROM bars ORDER BY id") == Rows{"1", "6"});
    REQUIRE(sink.context.rejected.size() == 4);
    CHECK_THAT(sink.context.rejected[0].second, Contains("23503") && Contains("foreign key"));
    CHECK_THAT(sink.context.rejected[1].second, Contains("22003") && Contains("out of range"));
    CHECK_THAT(sink.context.rejected[2].second, Contains("23502") && Contains("null value"));
    CHECK_THAT(sink.context.rejected[3].second, Contains("23505") && Contains("code"));
}

TEST_CASE("one node writes several tables") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    const auto sink = make<Timescale>("url = '" + database.url() + "'\ntable = 'm_{input}'");
    const Batch trades = table("symbol:symbol close:float64\nMSFT 1\nMSFT 2");
    sink->bind({{"bars", keyed().schema()}, {"trades", trades.schema()}});
    TestContext context;
    sink->open(context);
    sink->write_input(1, trades);
    sink->write_input(0, keyed());
    StateWriter state;
    sink->commit({1, ""}, state);
    sink->close();
    CHECK(database.query("SELECT count(*) FROM m_bars") == Rows{"2"});
    CHECK(database.query("SELECT count(*) FROM m_trades") == Rows{"2"});
    CHECK(sink->repeats() == Repeats::doubled);
}

TEST_CASE("times finer than a microsecond are cut, counted and told once") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    const Batch batch = table(R"(
        time:timestamp/key
        2016-04-15T13:30:00.000000999Z
        1969-12-31T23:59:59.999999999Z )");
    Writing sink(database.options(), batch.schema());
    sink->write(batch);
    sink.commit(1);
    sink->write(batch);
    sink.commit(2);
    CHECK(database.query("SELECT * FROM bars ORDER BY 1") ==
          Rows{"1969-12-31 23:59:59.999999+00", "2016-04-15 13:30:00+00"});
    CHECK(sink.context.counter("times_cut").value() == 4);
    CHECK(std::count_if(sink.context.logs.begin(), sink.context.logs.end(), [](const auto& line) {
              return line.second.find("what is finer is cut off") != std::string::npos;
          }) == 1);
}

TEST_CASE("timescale refuses options that cannot be") {
    const auto bind = [](const std::string& toml, const Ports& inputs) {
        make<Timescale>("url = 'postgresql:///d'\n" + toml)->bind(inputs);
    };
    const Ports one = single(bars("").schema());
    CHECK_THROWS_WITH(bind("table = 'bars'\nversion = 'recieved'", one), Contains("received"));
    CHECK_THROWS_WITH(bind("table = 'bars'\nversion = 'symbol'", one), Contains("tells no order"));
    CHECK_THROWS_WITH(bind("table = 'bars'\nversion = 'time'", one), Contains("in all versions"));
    CHECK_THROWS_WITH(bind("table = 'bars'\nconnections = 2", single(schema("a:int64"))),
                      Contains("in order"));
    CHECK_THROWS_WITH(bind("table = 'bars'", {one[0], one[0]}), Contains("{input}"));
    CHECK_THROWS_AS(make<Timescale>("url = 'postgresql:///d'\ntable = ''"), ConfigError);
}

TEST_CASE("timescale keeps the promises of a sink") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    Sample sample;
    sample.toml = database.options();
    sample.batches = {keyed()};
    sample.reset = [&] {
        database.query("DROP TABLE IF EXISTS bars; DROP SCHEMA IF EXISTS tsflow CASCADE");
    };
    CHECK(conformance<Timescale>(sample) == std::vector<std::string>{});
}

TEST_CASE("the statement that is prepared follows changes of the table") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    Writing writing(database.options(), keyed().schema());
    writing->write(keyed());
    writing.commit(1);
    database.query("ALTER TABLE bars ADD COLUMN note text DEFAULT 'new'");
    writing->write(keyed());
    writing.commit(2);
    CHECK(database.query("SELECT symbol, close, note FROM bars ORDER BY 1") ==
          Rows{"MSFT|55.75|new", "SPY|208.5|new"});
    // Another table of the name: what the server knew of the old one is void.
    database.query(
        "ALTER TABLE bars RENAME TO old; CREATE TABLE public.bars (LIKE old INCLUDING ALL)");
    writing->write(keyed());
    writing.commit(3);
    CHECK(database.query("SELECT count(*) FROM bars") == Rows{"2"});
}
