#include <catch2/catch.hpp>
#include <string>

#include "resample.hpp"
#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using resample::Resample;

namespace {

const std::string key = "symbol:symbol/key time:timestamp/key/event_time ";

std::string output(const std::string& toml, const std::string& columns) {
    auto node = testing::make<Resample>("every = '5m'\n" + toml);
    return node->bind({Port{"in", testing::schema(columns)}})[0].schema->to_string();
}

std::string refused(const std::string& toml, const std::string& columns) {
    try {
        output(toml, columns);
    } catch (const ConfigError& error) {
        return error.option() + ": " + error.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("the columns of a bar need no rules and keep type, unit and order") {
    const std::string bar =
        key +
        "open:float64[USD] high:float64[USD] low:float64[USD] close:float64[USD] "
        "volume:float64[shares] transactions:int64?[count] vwap:float64?[USD]";
    CHECK(output("", bar) == testing::schema(bar)->to_string());
}

TEST_CASE("rules decide on the output's columns") {
    CHECK(output("aggregate = ['bid:mean', 'size : sum', 'note:drop', 'venue:count']",
                 key + "bid:int64?[USD] size:int64[shares] note:string venue:symbol?") ==
          testing::schema(key + "bid:float64?[USD] size:int64[shares] venue:int64[count]")
              ->to_string());
}

TEST_CASE("the event time becomes part of the key") {
    CHECK(output("", "symbol:symbol/key time:timestamp/event_time open:float64") ==
          testing::schema("symbol:symbol/key time:timestamp/key/event_time open:float64")
              ->to_string());
}

TEST_CASE("columns without a rule are named, all at once") {
    CHECK(
        refused("", key + "open:float64 bid:float64 ask:float64") ==
        "aggregate: there is no rule for 'bid', 'ask'; add an entry \"column:function\" for each, "
        "with one of the functions first, last, min, max, sum, mean, mean(weight column), count, "
        "drop");
    // The convention for vwap wants a volume, and that for high something with an order.
    CHECK_THAT(refused("", key + "vwap:float64 high:string"),
               Catch::Contains("no rule for 'vwap', 'high';"));
}

TEST_CASE("entries that are none are refused") {
    CHECK_THAT(refused("aggregate = ['close']", key + "close:float64"),
               Catch::Contains("aggregate: \"close\" does not name a column and a function"));
    CHECK_THAT(refused("aggregate = ['close:median']", key + "close:float64"),
               Catch::Contains("asks for 'median', which is no function"));
    CHECK_THAT(refused("aggregate = ['close:sum(volume)']", key + "close:float64"),
               Catch::Contains("is no weighted mean"));
    CHECK_THAT(refused("aggregate = ['close:mean(volume']", key + "close:float64"),
               Catch::Contains("has no ')' at its end"));
}

TEST_CASE("rules that do not fit the columns are refused") {
    CHECK_THAT(refused("aggregate = ['clsoe:last']", key + "close:float64"),
               Catch::Contains("'close'"));
    CHECK(refused("aggregate = ['close:last', 'close:max']", key + "close:float64") ==
          "aggregate: 'close' has two entries; keep one");
    CHECK_THAT(refused("aggregate = ['symbol:first']", key + "close:float64"),
               Catch::Contains("'symbol' is part of the key"));
    CHECK_THAT(refused("aggregate = ['note:sum']", key + "note:string"),
               Catch::Contains("'sum' cannot be made of 'note', which is string"));
    CHECK_THAT(refused("aggregate = ['close:mean(note)', 'note:first']",
                       key + "close:float64 note:string"),
               Catch::Contains("'note' cannot weigh a mean"));
}

TEST_CASE("inputs without time or key are refused") {
    CHECK_THAT(refused("", "symbol:symbol/key open:float64"),
               Catch::StartsWith("inputs: resample needs to know when a row happened"));
    CHECK_THAT(
        refused("", "time:timestamp/event_time open:float64"),
        Catch::StartsWith("inputs: resample tells a corrected row from a new one by the key"));
}

TEST_CASE("a window needs a length") {
    CHECK(testing::errors<Resample>("").size() == 1);
    CHECK(testing::errors<Resample>("every = '7m'").size() == 1);
    CHECK(testing::errors<Resample>("every = '7d'\ntimezone = 'America/New_York'").empty());
}
