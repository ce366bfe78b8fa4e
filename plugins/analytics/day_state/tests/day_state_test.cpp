#include "day_state.hpp"

#include <catch2/catch.hpp>

#include "driven.hpp"
#include "late_daily.hpp"
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

TEST_CASE("where the day's volume grew by more than the bars, bars were missed") {
    const std::string columns =
        header.substr(0, header.find("vwap")) + "day_volume:float64?[shares]";
    for (const char* toml : {"publish_every = '0s'", ""}) {
        Driven<DayState> days(toml);
        days.node->bind({{"in", testing::schema(columns)}});
        const auto gaps = [&](int minute, const std::string& rows) {
            days.give(testing::table(columns + "\n" + rows));
            const std::string end = "2016-04-15T13:" + std::to_string(minute + 1) + ":00Z";
            days.clock(end);
            days.tick();
            days.watermark(end);
            return last_rows(days.rows(), "symbol", {"timestamp", "av_gap"});
        };
        // 5000 were traded before the open: of those nothing is known.
        CHECK(gaps(30, R"(
            A 2016-04-15T13:30:00Z 10 12 9 11 100 5100
            B 2016-04-15T13:30:00Z 10 12 9 11 100 null)")["A"] == "2016-04-15T13:30:00Z 0");
        CHECK(gaps(31, "A 2016-04-15T13:31:00Z 10 12 9 11 50.5 5150.5")["A"] ==
              "2016-04-15T13:31:00Z 0");
        // 13:32 was missed: 200 shares.
        CHECK(gaps(33, "A 2016-04-15T13:33:00Z 10 12 9 11 10 5360.5")["A"] ==
              "2016-04-15T13:33:00Z 200");
        // It comes from elsewhere, where the day's volume is not told.
        CHECK(gaps(34, R"(
            A 2016-04-15T13:34:00Z 10 12 9 11 10 null
            A 2016-04-15T13:32:00Z 10 12 9 11 200 null)")["A"] == "2016-04-15T13:34:00Z 0");
        // A correction of the first minute by 7, which the newest bar has counted: it tells the day's volume as
        // it is when it is sent.
        CHECK(gaps(35, R"(
            A 2016-04-15T13:30:00Z 10 12 9 11 107 5377.5
            A 2016-04-15T13:35:00Z 10 12 9 11 10 5387.5)")["A"] == "2016-04-15T13:35:00Z 0");
        CHECK(last_rows(days.rows(), "symbol", {"av_gap"})["B"] == "null");
    }
}

TEST_CASE("bars that come ahead of the watermark say nothing of the day's volume before") {
    const std::string columns =
        header.substr(0, header.find("vwap")) + "day_volume:float64?[shares]";
    const auto rows = [&](bool restart) {
        Driven<DayState> first("publish_every = '0s'");
        Driven<DayState> second("publish_every = '0s'");
        for (Driven<DayState>* days : {&first, &second}) {
            days->node->bind({{"in", testing::schema(columns)}});
        }
        first.give(testing::table(columns + R"(
            A 2016-04-15T13:30:00Z 10 12 9 11 100 100
            A 2016-04-15T13:32:00Z 10 12 9 11 10 160
            A 2016-04-15T13:31:00Z 10 12 9 11 30 130)"));
        first.watermark("2016-04-15T13:31:00Z");
        StateWriter saved;
        first.node->snapshot(saved);
        StateReader state(saved.bytes());
        second.node->restore(state);
        Driven<DayState>& days = restart ? second : first;
        days.fresh();
        days.watermark("2016-04-15T13:33:00Z");
        return lines(days.fresh(), {"timestamp", "av_gap"});
    };
    CHECK(rows(false) == "2016-04-15T13:31:00Z 0\n2016-04-15T13:32:00Z 20\n");
    CHECK(rows(true) == rows(false));
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

TEST_CASE("a row of daily bars that goes out anew has the next revision") {
    Driven<DayState> days("publish_every = '0s'", {"daily"});
    days.clock("2020-01-01T00:00:00Z");
    days.give("A 2016-04-13T00:00:00Z 9 12 8 10 100");
    days.watermark("2016-04-14T12:00:00Z");
    days.give("A 2016-04-14T00:00:00Z 9 12 8 11 100");
    days.watermark("2016-04-15T12:00:00Z");
    days.give("A 2016-04-13T00:00:00Z 9 12 8 12 100");
    days.watermark("2016-04-15T12:01:00Z");
    CHECK(lines(days.rows(), {"trade_date", "last", "prev_close_adj", "rev"}) ==
          "2016-04-13 10 null 0\n2016-04-14 11 10 0\n2016-04-13 12 null 1\n2016-04-14 11 12 1\n");
}

TEST_CASE("late and corrected daily bars give what a full recomputation gives") {
    check_late_daily<DayState>("publish_every = '0s'\n", {"A", "B", "C"});
}
