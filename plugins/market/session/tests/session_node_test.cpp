#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "driven.hpp"
#include "probe.hpp"
#include "split_file.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::market;
using probe::Probe;

namespace {

using Told = std::vector<std::string>;
const std::vector<std::string> prices{"symbol", "open", "high", "low", "close", "volume"};
const std::vector<std::string> stamps{"timestamp", "status", "rev"};

}  // namespace

TEST_CASE("a day is what its regular minutes come to, whole minutes at a time") {
    Driven<Probe> probe("publish_every = '0s'\nsymbols = ['A', 'B']");
    probe.give(R"(
        A 2016-04-15T13:29:00Z 1 9 1 2 100
        A 2016-04-15T13:31:00Z 12 13 10 11 20
        A 2016-04-15T13:30:00Z 10 12 9 11 10
        C 2016-04-15T13:30:00Z 10 12 9 11 10
        A 2016-04-15T20:00:00Z 99 99 99 99 99
        B 2016-04-15T13:31:00Z 5 5 5 5 1)");
    probe.watermark("2016-04-15T13:30:59Z");
    CHECK(probe.fresh().rows() == 0);
    probe.watermark("2016-04-15T13:31:00Z");
    CHECK(lines(probe.fresh(), prices) == "A 10 12 9 11 10\nB null null null null null\n");
    probe.watermark("2016-04-15T13:32:00Z");
    const Batch second = probe.fresh();
    CHECK(lines(second, prices) == "A 10 13 9 11 30\nB 5 5 5 5 1\n");
    CHECK(lines(second, stamps) == "2016-04-15T13:31:00Z FINAL 0\n2016-04-15T13:31:00Z FINAL 0\n");
    CHECK(probe.context.counter("bars_outside_session").value() == 2);
    // A late correction of a minute that went out shows in the next one.
    probe.give("A 2016-04-15T13:30:00Z 10 15 9 11 12");
    probe.watermark("2016-04-15T13:33:00Z");
    CHECK(lines(probe.fresh(), prices) == "A 10 15 9 11 32\nB 5 5 5 5 1\n");
    // The day is over with its close, though the pipeline is not.
    probe.watermark("2016-04-15T20:00:00Z");
    CHECK(probe.node->told == Told{"begin 2016-04-15", "commit 2016-04-15"});
    probe.give("A 2016-04-15T13:30:00Z 10 15 9 11 12");
    CHECK(probe.context.counter("bars_too_late").value() == 1);
}

TEST_CASE("a day that closes early is over early") {
    Driven<Probe> probe("publish_every = '0s'");
    probe.give(R"(
        A 2016-11-25T17:59:00Z 10 12 9 11 10
        A 2016-11-25T18:00:00Z 20 22 19 21 10)");
    probe.watermark("2016-11-25T18:00:00Z");
    CHECK(lines(probe.rows(), prices) == "A 10 12 9 11 10\n");
    CHECK(probe.node->told == Told{"begin 2016-11-25", "commit 2016-11-25"});
    Driven<Probe> with_auction("publish_every = '0s'\ninclude_closing_bar = true");
    with_auction.give(R"(
        A 2016-11-25T17:59:00Z 10 12 9 11 10
        A 2016-11-25T18:00:00Z 20 22 19 21 10)");
    with_auction.watermark("2016-11-25T18:01:00Z");
    CHECK(lines(with_auction.rows(), prices) == "A 10 12 9 11 10\nA 10 22 9 21 20\n");
}

TEST_CASE("impossible bars are put aside, the rest of the batch is kept") {
    Driven<Probe> probe("publish_every = '0s'");
    probe.give(R"(
        A 2016-04-15T13:30:00Z 10 12 9 11 10
        B 2016-04-15T13:30:00Z 10 9 8 10 1
        C 2016-04-15T13:30:00Z 0 1 0 1 1
        D 2016-04-15T13:30:00Z -1 1 -1 1 1
        E 2016-04-15T13:30:00Z nan nan nan nan 1
        F 2016-04-15T13:30:00Z 1 1 1 1 -5)");
    probe.finish();
    CHECK(probe.context.rejected.size() == 5);
    CHECK(probe.context.counter("bars_rejected").value() == 5);
    CHECK_THAT(lines(probe.rows(), prices), Catch::StartsWith("A 10 12 9 11 10\n"));
}

TEST_CASE("nothing goes out before the history is over, and then the day begins behind it") {
    Driven<Probe> probe("publish_every = '0s'", {"bars", "daily"});
    probe.clock("2016-04-15T14:00:00Z");
    probe.give("A 2016-04-15T13:30:00Z 10 12 9 11 10");
    probe.give("A 2016-04-13T04:00:00Z 7 9 7 8 100", 1);
    probe.watermark("2016-04-15T13:35:00Z");
    // Midnight of UTC is that day, too. Of a session that is running the minutes tell.
    probe.give(R"(
        A 2016-04-15T04:00:00Z 1 99 1 99 100
        A 2016-04-14T00:00:00Z 8 9 7 9 100)",
               1);
    probe.tick();
    CHECK(probe.rows().rows() == 0);
    CHECK(probe.out.watermarks.empty());
    probe.finish_input(1);
    CHECK(lines(probe.rows(), {"symbol", "close", "previous_close", "bars"}) == "A 11 9 1\n");
    CHECK(probe.context.counter("daily_unfinished").value() == 1);
    CHECK(probe.node->told == Told{"begin 2016-04-13", "commit 2016-04-13", "begin 2016-04-14",
                                   "commit 2016-04-14", "begin 2016-04-15"});
}

TEST_CASE("a session that minutes and history both have counts once, with the official bar") {
    Driven<Probe> probe("publish_every = '0s'", {"bars", "daily"});
    probe.clock("2020-01-01T00:00:00Z");
    probe.give(R"(
        A 2016-04-14T04:00:00Z 8 9 7 9 100
        A 2016-04-15T04:00:00Z 10 13 9 12 1000
        A 2016-04-18T04:00:00Z 12 14 12 14 500)",
               1);
    probe.give("A 2016-04-15T19:59:00Z 10 12 9 11 10");
    probe.give("A 2016-04-18T13:30:00Z 12 12 12 12 1");
    probe.finish_input(1);
    probe.watermark("2016-04-18T13:31:00Z");
    const Batch rows = probe.rows();
    CHECK(lines(rows, prices) == "A 10 12 9 11 10\nA 10 13 9 12 1000\nA 12 12 12 12 1\n");
    CHECK(lines(rows, stamps) ==
          "2016-04-15T19:59:00Z FINAL 0\n"
          "2016-04-15T19:59:00Z RECONCILED 1\n"
          "2016-04-18T13:30:00Z FINAL 0\n");
    CHECK(lines(rows, {"previous_close"}) == "9\n9\n12\n");
    CHECK(std::count(probe.node->told.begin(), probe.node->told.end(), "commit 2016-04-15") == 1);
}

TEST_CASE("daily bars alone close their sessions") {
    Driven<Probe> probe("publish_every = '0s'", {"daily"});
    probe.clock("2020-01-01T00:00:00Z");
    probe.give("A 2016-04-14T04:00:00Z 8 9 7 9 100");
    probe.watermark("2016-04-14T04:00:00Z");
    CHECK(probe.rows().rows() == 0);
    probe.give("A 2016-04-15T04:00:00Z 10 13 9 12 1000");
    probe.watermark("2016-04-15T04:00:00Z");
    CHECK(lines(probe.rows(), stamps) == "2016-04-14T19:59:00Z RECONCILED 0\n");
    probe.finish();
    CHECK(lines(probe.rows(), {"close", "previous_close"}) == "9 null\n12 9\n");
}

TEST_CASE("a split puts what is known into the new terms before the first bar of its day") {
    const auto file = split_file(
        "A,2016-04-15,split,4\nB,2016-04-16,split,0.5\nA,2016-04-15,dividend,0.3\n"
        "A,2016-04-13,split,7\n");
    Driven<Probe> probe("publish_every = '0s'\nsplits = '" + file.string() + "'",
                        {"bars", "daily"});
    probe.clock("2020-01-01T00:00:00Z");
    probe.give(R"(
        A 2016-04-14T04:00:00Z 400 440 400 440 100
        B 2016-04-14T04:00:00Z 10 10 10 10 100)",
               1);
    probe.finish_input(1);
    probe.give("A 2016-04-15T13:30:00Z 110 111 110 111 1");
    probe.watermark("2016-04-15T13:31:00Z");
    CHECK(lines(probe.fresh(), {"symbol", "previous_close"}) == "A 110\nB 10\n");
    // An ex-date on a Saturday holds on Monday.
    probe.give("B 2016-04-18T13:30:00Z 20 20 20 20 1");
    probe.watermark("2016-04-18T13:31:00Z");
    CHECK(lines(probe.fresh(), {"symbol", "previous_close"}) == "A 111\nB 20\n");
    std::filesystem::remove(file);
}

TEST_CASE("a state of another version is refused by that name") {
    Driven<Probe> probe("publish_every = '0s'");
    StateWriter saved;
    saved.integer(2);
    StateReader state(saved.bytes());
    CHECK_THROWS_WITH(
        probe.node->restore(state),
        "the saved state is of version 2, and this one reads 4; start without the old checkpoint");
}

TEST_CASE(
    "after a reload the splits are those of the new file, or the old ones when it is broken") {
    const auto file = split_file("");
    Driven<Probe> probe("publish_every = '0s'\nsplits = '" + file.string() + "'");
    const auto day = [&](const std::string& date, const std::string& price) {
        probe.give("A " + date + "T13:30:00Z " + price + " " + price + " " + price + " " + price +
                   " 1");
        probe.watermark(date + "T13:31:00Z");
        return lines(probe.fresh(), {"previous_close"});
    };
    const auto reload = [&](const std::string& rows) {
        std::ofstream{file} << "ticker,ex_date,kind,value\n" << rows;
        ++probe.context.reload_count;
    };
    CHECK(day("2016-04-11", "100") == "null\n");
    reload("A,2016-04-12,split,4\n");
    CHECK(day("2016-04-12", "25") == "25\n");
    reload("A,2016-04-12,split,4\nA,2016-04-14,split,5\n");
    CHECK(day("2016-04-13", "25") == "25\n");
    reload("A,2016-04-14,split,none\n");
    CHECK(day("2016-04-14", "5") == "5\n");
    REQUIRE(probe.context.logs.size() == 1);
    CHECK_THAT(
        probe.context.logs[0].second,
        Catch::Contains("the splits could not be read again") && Catch::Contains(":2: value is"));
    std::filesystem::remove(file);
}

TEST_CASE("by the clock a minute is provisional, then settled; by the watermark it is final") {
    Driven<Probe> probe("universes = ['one', 'two']\nreference = 'csv:" +
                        std::string{std::getenv("TSFLOW_SOURCE_DIR")} +
                        "/plugins/market/session/tests/data'");
    CHECK(probe.node->tick_every() == Millis{500});
    probe.clock("2016-04-15T13:31:00.5Z");
    probe.give("A 2016-04-15T13:30:00Z 10 12 9 11 10");
    CHECK(probe.rows().rows() == 0);
    probe.tick();
    // B belongs to the other universe, whose state has not changed.
    CHECK(lines(probe.fresh(), {"universe", "symbol", "status", "rev", "as_of"}) ==
          "one A PROVISIONAL 0 2016-04-15T13:31:00.500Z\n");
    probe.tick();
    CHECK(probe.fresh().rows() == 0);
    probe.give("A 2016-04-15T13:30:00Z 10 13 9 11 10");
    probe.tick();
    CHECK(lines(probe.fresh(), {"high", "status", "rev"}) == "13 PROVISIONAL 1\n");
    probe.clock("2016-04-15T13:31:02Z");
    probe.tick();
    CHECK(lines(probe.fresh(), {"high", "status", "rev"}) == "13 SETTLED 2\n");
    probe.give("A 2016-04-15T13:31:00Z 10 20 9 11 10");
    probe.tick();
    CHECK(lines(probe.fresh(), {"timestamp", "high", "status", "rev"}) ==
          "2016-04-15T13:31:00Z 20 PROVISIONAL 0\n");
    // The final row of a minute knows its corrections, and nothing of later minutes.
    probe.give("A 2016-04-15T13:30:00Z 10 14 9 11 10");
    probe.watermark("2016-04-15T13:31:00Z");
    CHECK(lines(probe.fresh(), {"timestamp", "high", "status", "rev"}) ==
          "2016-04-15T13:30:00Z 14 FINAL 3\n");
}

TEST_CASE("live, a bar of a new day ends the day before though the watermark is held back") {
    Driven<Probe> probe("");
    probe.give("A 2016-04-14T13:30:00Z 10 12 9 11 10");
    probe.give("A 2016-04-15T13:30:00Z 10 12 9 12 10");
    CHECK(probe.node->told == Told{"begin 2016-04-14", "commit 2016-04-14", "begin 2016-04-15"});
    probe.tick();
    CHECK(lines(probe.rows(), {"timestamp", "close", "previous_close"}) ==
          "2016-04-14T13:30:00Z 11 null\n2016-04-15T13:30:00Z 12 11\n");
}

TEST_CASE("wrong settings and files are refused with their place") {
    const auto refused = [](const std::string& toml, std::vector<std::string> inputs) {
        try {
            const Driven<Probe> probe(toml, std::move(inputs));
        } catch (const Error& error) {
            return std::string{error.what()};
        }
        return std::string{"accepted"};
    };
    CHECK_THAT(refused("", {"bar", "daily"}), Catch::Contains("there is no input 'bar'"));
    CHECK_THAT(refused("universes = ['no_such_universe']", {"in"}),
               Catch::Contains("no universe 'no_such_universe' is known"));
    CHECK_THAT(refused("splits = 'no_such_file.csv'", {"in"}), Catch::Contains("no_such_file.csv"));
    for (const auto& [row, message] :
         {std::pair{"A,2016-04-31,split,2", ":2: ex_date is '2016-04-31'"},
          {"A,2016-04-15,split,0", ":2: value is '0'"},
          {"A,2016-04-15,split,two", ":2: value is 'two'"}}) {
        const auto file = split_file(row);
        CHECK_THAT(refused("splits = '" + file.string() + "'", {"in"}), Catch::Contains(message));
        std::filesystem::remove(file);
    }
    CHECK_THAT(testing::errors<Probe>("publish_every = '1ms'").at(0), Catch::Contains("too short"));
    CHECK_THAT(testing::errors<Probe>("universes = ['SPY', 'SPY']").at(0),
               Catch::Contains("given twice"));
}
