#include "day_state.hpp"

#include <catch2/catch.hpp>

#include "driven.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::market;
using day_state::DayState;

namespace {

const std::vector<std::string> prices{"symbol", "open", "high", "low", "last", "volume"};
const std::string header =
    "symbol:symbol/key timestamp:timestamp/key/event_time open:float64[USD] high:float64[USD] "
    "low:float64[USD] close:float64[USD] volume:float64[shares] vwap:float64?[USD]\n";

}  // namespace

TEST_CASE("the day so far as worked by hand; only what changed goes out") {
    Driven<DayState> days("publish_every = '0s'", {"bars", "daily"});
    days.clock("2020-01-01T00:00:00Z");
    days.give("A 2016-04-14T04:00:00Z 9 12 8 10 100", 1);
    days.finish_input(1);
    days.give(R"(
        B 2016-04-15T13:30:00Z 5 6 5 6 7
        A 2016-04-15T13:30:00Z 11 12 10 11 100)");
    days.watermark("2016-04-15T13:31:00Z");
    Batch rows = days.fresh();
    CHECK(lines(rows, prices) == "A 11 12 10 11 100\nB 5 6 5 6 7\n");
    CHECK(lines(rows, {"prev_close_adj", "chg_pct", "bars", "missing_minutes", "halted"}) ==
          "10 10.000000000000009 1 0 null\nnull null 1 0 null\n");
    days.give("A 2016-04-15T13:33:00Z 11 11 9 9 10");
    days.watermark("2016-04-15T13:34:00Z");
    rows = days.fresh();
    CHECK(lines(rows, prices) == "A 11 12 9 9 110\n");
    CHECK(lines(rows, {"timestamp", "chg_pct", "bars", "missing_minutes", "last_bar_age_s"}) ==
          "2016-04-15T13:33:00Z -9.999999999999998 2 2 0\n");
}

TEST_CASE("the average price is that of all trades, and unknown when a bar has none") {
    Driven<DayState> days("publish_every = '0s'");
    days.node->bind({{"in", testing::schema(header.substr(0, header.size() - 1))}});
    days.give(testing::table(header + R"(
        A 2016-04-15T13:30:00Z 10 12 9 11 100 10.5
        B 2016-04-15T13:30:00Z 10 12 9 11 100 10.5)"));
    days.give(testing::table(header + R"(
        A 2016-04-15T13:31:00Z 11 12 9 12 300 11.5
        B 2016-04-15T13:31:00Z 11 12 9 12 300 null)"));
    days.watermark("2016-04-15T13:32:00Z");
    CHECK(lines(days.rows(), {"symbol", "vwap"}) == "A 10.5\nB 10.5\nA 11.25\nB null\n");
}

TEST_CASE("revisions of a minute go on for as long as rows are about it") {
    Driven<DayState> days("settle_after = '1h'");
    const std::vector<std::string> told{"timestamp", "high", "status", "rev"};
    days.clock("2016-04-15T13:31:01Z");
    days.give("A 2016-04-15T13:30:00Z 10 12 9 11 100");
    days.tick();
    days.clock("2016-04-15T13:32:01Z");
    days.give("A 2016-04-15T13:31:00Z 10 12 9 11 100");
    days.tick();
    days.watermark("2016-04-15T13:31:00Z");
    CHECK(lines(days.fresh(), told) ==
          "2016-04-15T13:30:00Z 12 PROVISIONAL 0\n2016-04-15T13:31:00Z 12 PROVISIONAL 0\n"
          "2016-04-15T13:30:00Z 12 FINAL 1\n");
    // A correction of a minute that is final is news of the one that runs.
    days.give("A 2016-04-15T13:30:00Z 10 15 9 11 100");
    days.tick();
    days.watermark("2016-04-15T13:32:00Z");
    CHECK(lines(days.fresh(), told) ==
          "2016-04-15T13:31:00Z 15 PROVISIONAL 1\n2016-04-15T13:31:00Z 15 FINAL 2\n");
    days.give("A 2016-04-15T13:30:00Z 10 16 9 11 100");
    days.tick();
    days.watermark("2016-04-15T13:33:00Z");
    CHECK(lines(days.fresh(), told) == "2016-04-15T13:32:00Z 16 FINAL 0\n");
}

TEST_CASE("a minute goes out provisional, corrected, settled, final") {
    Driven<DayState> days("");
    days.clock("2016-04-15T13:31:01Z");
    days.give(R"(
        A 2016-04-15T13:30:00Z 10 12 9 11 100
        B 2016-04-15T13:30:00Z 10 12 9 11 100)");
    days.tick();
    CHECK(lines(days.fresh(), {"symbol", "status", "rev", "last_bar_age_s"}) ==
          "A PROVISIONAL 0 1\nB PROVISIONAL 0 1\n");
    days.give("B 2016-04-15T13:30:00Z 10 13 9 11 120");
    days.tick();
    CHECK(lines(days.fresh(), {"symbol", "high", "status", "rev"}) == "B 13 PROVISIONAL 1\n");
    days.clock("2016-04-15T13:31:02Z");
    days.tick();
    days.tick();
    CHECK(lines(days.fresh(), {"symbol", "status", "rev"}) == "A SETTLED 1\nB SETTLED 2\n");
    days.watermark("2016-04-15T13:31:00Z");
    CHECK(lines(days.fresh(), {"symbol", "status", "rev"}) == "A FINAL 2\nB FINAL 3\n");
}

TEST_CASE("whether a symbol is halted is unknown, yes or no") {
    const std::string columns =
        "symbol:symbol/key timestamp:timestamp/key/event_time indicators:string?\n";
    Driven<DayState> days("publish_every = '0s'\nhalt_indicators = ['7', '9']");
    days.node->bind({{"bars", bars("").schema()},
                     {"luld", testing::schema(columns.substr(0, columns.size() - 1))}});
    const auto halted = [&](const std::string& end) {
        days.watermark(end);
        return lines(days.fresh(), {"halted"});
    };
    days.give("A 2016-04-15T13:30:00Z 10 12 9 11 100");
    CHECK(halted("2016-04-15T13:31:00Z") == "null\n");
    days.give(testing::table(columns + "A 2016-04-15T13:31:00Z 1,9"), 1);
    days.give("A 2016-04-15T13:31:00Z 10 12 9 11 100");
    CHECK(halted("2016-04-15T13:32:00Z") == "true\n");
    days.give(testing::table(columns + "A 2016-04-15T13:32:00Z 1"), 1);
    days.give("A 2016-04-15T13:32:00Z 10 12 9 11 100");
    CHECK(halted("2016-04-15T13:33:00Z") == "false\n");
}

TEST_CASE("day_state keeps what every node promises") {
    testing::Sample sample;
    for (const char* day : {"2016-04-14", "2016-04-15"}) {
        for (int minute = 30; minute < 34; ++minute) {
            const std::string time = std::string{day} + "T13:" + std::to_string(minute) + ":00Z";
            sample.batches.push_back(bars(
                "A " + time + " 10 12 9 " + std::to_string(9 + minute % 3) + " 100\nB " + time +
                " 20 22 19 21 100\nA " + day + "T13:30:00Z 10 11 9 10 " + std::to_string(minute)));
        }
    }
    for (const char* toml : {"publish_every = '0s'", ""}) {
        sample.toml = toml;
        CHECK(testing::conformance<DayState>(sample) == std::vector<std::string>{});
    }
}

TEST_CASE("an input that there is not is refused with those that there are") {
    CHECK_THROWS_WITH(Driven<DayState>("", {"bands"}), Catch::Contains("luld (price bands)"));
}
