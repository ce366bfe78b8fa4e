#include "filter.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tsflow/builder.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using filter::Filter;

namespace {

// Every type, and a null in each nullable column.
Batch rows() {
    return testing::table(R"(
        symbol:symbol/key time:timestamp/key/event_time day:date   close:float64[USD] bid:float64?[USD] volume:int64[shares] count:int64? note:string? halted:bool?
        MSFT              2016-04-15T13:30:00Z          2016-04-15 55.25              55.0              1000                 3            open         false
        AAPL              2016-04-15T13:31:00Z          2016-04-15 110                null              0                    null         null         true
        SPY               2016-04-18T13:30:00Z          2016-04-18 207.5              207.75            5000                 1            "late bar"   null
        KO                2016-04-18T20:00:00Z          2016-04-18 -1.5               -2                7                    0            ""           false
    )");
}

std::unique_ptr<Filter> make(const std::string& where) {
    return testing::make<Filter>("where = '''" + where + "'''");
}

/// The symbols of the rows that pass.
std::string passing(const std::string& where) {
    const Batch out = testing::run(*make(where), {rows()});
    std::string symbols;
    for (Symbol symbol : out.column<Symbol>(0)) {
        symbols += (symbols.empty() ? "" : " ") + std::string{symbol.text()};
    }
    return symbols;
}

/// The batches that come out for one that goes in.
std::vector<std::pair<std::size_t, Batch>> emitted(const std::string& where, const Batch& batch) {
    auto node = make(where);
    node->bind({Port{"in", batch.schema()}});
    testing::CollectingEmitter out;
    node->process(batch, out);
    return out.batches;
}

Batch numbers(std::int64_t count) {
    BatchBuilder builder(testing::schema("x:int64"));
    for (std::int64_t i = 0; i < count; ++i) {
        builder.push(0, i);
    }
    return builder.finish();
}

}  // namespace

TEST_CASE("numbers are compared with constants and with each other") {
    CHECK(passing("close > 100") == "AAPL SPY");
    CHECK(passing("close >= 110") == "AAPL SPY");
    CHECK(passing("close < 0") == "KO");
    CHECK(passing("100 < close") == "AAPL SPY");
    CHECK(passing("volume = 1000") == "MSFT");
    CHECK(passing("volume == 1_000") == "MSFT");
    CHECK(passing("volume != 0") == "MSFT SPY KO");
    CHECK(passing("volume > 6.5 and volume <= 1e3") == "MSFT KO");
    CHECK(passing("bid <= close") == "MSFT KO");
    CHECK(passing("count < volume / 1000 + 1") == "SPY KO");
}

TEST_CASE("symbols and strings are compared as texts") {
    CHECK(passing("symbol = 'MSFT'") == "MSFT");
    CHECK(passing("\"MSFT\" = symbol") == "MSFT");
    CHECK(passing("symbol != \"MSFT\"") == "AAPL SPY KO");
    CHECK(passing("symbol < 'L'") == "AAPL KO");
    CHECK(passing("symbol in ['SPY', 'KO', 'NONE']") == "SPY KO");
    CHECK(passing("symbol not in ['SPY', 'KO']") == "MSFT AAPL");
    CHECK(passing("starts_with(symbol, 'M')") == "MSFT");
    CHECK(passing("note = 'late bar'") == "SPY");
    CHECK(passing("note in ['open', '']") == "MSFT KO");
    CHECK(passing("starts_with(note, 'o') or note >= 'late'") == "MSFT SPY");
    CHECK(passing("note < symbol") == "KO");
}

TEST_CASE("times are compared with texts that hold times") {
    CHECK(passing("time >= '2016-04-18'") == "SPY KO");
    CHECK(passing("time < '2016-04-15T13:31:00Z'") == "MSFT");
    CHECK(passing("time = '2016-04-15T09:31:00-04:00'") == "AAPL");
    CHECK(passing("day = '2016-04-18'") == "SPY KO");
    CHECK(passing("day in ['2016-04-15', '2016-04-16']") == "MSFT AAPL");
    CHECK(passing("time > day and day between '2016-04-16' and '2016-04-30'") == "SPY KO");
}

TEST_CASE("a condition that meets a null is unknown, and unknown rows do not pass") {
    CHECK(passing("bid > 0") == "MSFT SPY");
    CHECK(passing("not (bid > 0)") == "KO");
    CHECK(passing("bid > 0 or close > 100") == "MSFT AAPL SPY");
    CHECK(passing("not (bid > 0 and close > 100)") == "MSFT KO");
    CHECK(passing("bid is null") == "AAPL");
    CHECK(passing("bid is not null") == "MSFT SPY KO");
    CHECK(passing("note is null or halted is null") == "AAPL SPY");
    CHECK(passing("(bid > 0) is null") == "AAPL");
    CHECK(passing("count + 1 is null") == "AAPL");
    CHECK(passing("count in [0, 3]") == "MSFT KO");
    CHECK(passing("count not in [0, 3]") == "SPY");
    CHECK(passing("close is null") == "");
}

TEST_CASE("booleans are conditions") {
    CHECK(passing("halted") == "AAPL");
    CHECK(passing("not halted") == "MSFT KO");
    CHECK(passing("halted = false and close > 0") == "MSFT");
    CHECK(passing("halted != (close > 0)") == "MSFT");
    CHECK(passing("true") == "MSFT AAPL SPY KO");
    CHECK(passing("false or 1 + 1 = 3") == "");
}

TEST_CASE("arithmetic binds as in school, and division by zero gives null") {
    CHECK(passing("close * 2 + 1 = 111.5") == "MSFT");
    CHECK(passing("close - bid = 0.25") == "MSFT");
    CHECK(passing("(close - bid) * 4 = 1") == "MSFT");
    CHECK(passing("-close > 1") == "KO");
    CHECK(passing("abs(close) < 2") == "KO");
    CHECK(passing("10 - 3 - 2 = 5") == "MSFT AAPL SPY KO");
    CHECK(passing("volume / 2000 = 0.5") == "MSFT");
    CHECK(passing("(5 / volume) is null") == "AAPL");
    CHECK(passing("volume * 9223372036854775807 is null") == "MSFT SPY KO");
}

TEST_CASE("and binds closer than or, not closer than and") {
    CHECK(passing("symbol = 'KO' or symbol = 'SPY' and close < 0") == "KO");
    CHECK(passing("(symbol = 'KO' or symbol = 'SPY') and close < 0") == "KO");
    CHECK(passing("not symbol = 'KO' and close < 200") == "MSFT AAPL");
    CHECK(passing("close between 50 and 120 and volume > 0") == "MSFT");
    CHECK(passing("close not between 50 and 120") == "SPY KO");
    CHECK(passing("close > 0 AND NOT symbol IN ['SPY']") == "MSFT AAPL");
}

TEST_CASE("a batch of which all rows pass goes on as it is") {
    const Batch in = numbers(3000);
    const auto out = emitted("x >= 0", in);
    REQUIRE(out.size() == 1);
    CHECK(out[0].second.rows() == 3000);
    CHECK(out[0].second.column<std::int64_t>(0).data() == in.column<std::int64_t>(0).data());
}

TEST_CASE("one run of passing rows goes on as a slice, over chunk borders") {
    const Batch in = numbers(3000);
    const auto out = emitted("x between 1000 and 2500", in);
    REQUIRE(out.size() == 1);
    CHECK(out[0].second.rows() == 1501);
    CHECK(out[0].second.column<std::int64_t>(0).data() == in.column<std::int64_t>(0).data() + 1000);
}

TEST_CASE("scattered rows are copied, and no row gives no batch") {
    const Batch in = numbers(3000);
    const auto out = emitted("x in [3, 1023, 1024, 2999]", in);
    REQUIRE(out.size() == 1);
    const auto values = out[0].second.column<std::int64_t>(0);
    CHECK(std::vector<std::int64_t>(values.begin(), values.end()) ==
          std::vector<std::int64_t>{3, 1023, 1024, 2999});
    CHECK(emitted("x < 0", in).empty());
}

TEST_CASE("slices are read from where they start") {
    const Batch tail = rows().slice(1, 3);
    const Batch out = testing::run(*make("bid is null or halted is null"), {tail});
    REQUIRE(out.rows() == 2);
    CHECK(out.column<Symbol>(0)[0].text() == "AAPL");
    CHECK(out.column<Symbol>(0)[1].text() == "SPY");
}

TEST_CASE("symbols that appear later are tested too") {
    auto node = make("starts_with(symbol, 'NEW')");
    const SchemaPtr schema = testing::schema("symbol:symbol");
    node->bind({Port{"in", schema}});
    testing::CollectingEmitter out;
    BatchBuilder builder(schema);
    for (const char* text : {"OLD", "NEWCOMER-1", "NEWCOMER-2"}) {
        builder.push(0, text);
        node->process(builder.finish(), out);
    }
    CHECK(out.rows() == 2);
}

TEST_CASE("the filter keeps what every node promises") {
    testing::Sample sample;
    sample.toml = "where = 'bid > 0 or symbol in [\"KO\"]'";
    sample.batches = {rows(), rows().slice(2, 2)};
    CHECK(testing::conformance<Filter>(sample) == std::vector<std::string>{});
}
