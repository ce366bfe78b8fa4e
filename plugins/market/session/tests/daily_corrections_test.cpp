// Daily bars that come when their session is over: late, again and different, or too late.

#include <catch2/catch.hpp>
#include <filesystem>

#include "probe.hpp"
#include "sessions_of.hpp"
#include "split_file.hpp"

using namespace tsflow;
using namespace tsflow::market;
using probe::Probe;

namespace {

using Told = std::vector<std::string>;
const std::vector<std::string> columns{"trade_date", "symbol", "close", "previous_close", "rev"};

struct Subject : Driven<Probe> {
    explicit Subject(const std::string& toml = "")
        : Driven("publish_every = '0s'\nsymbols = ['A', 'B']\n" + toml, {"daily"}) {
        clock("2030-01-01T00:00:00Z");
    }
    std::uint64_t counted(const char* counter) { return context.counter(counter).value(); }
    void bars_of(const std::string& date, double a, double b) {
        give(flat("A", date + "T00:00:00Z", a, 1) + flat("B", date + "T00:00:00Z", b, 1));
    }
    void session(const std::string& date, double a, double b) {
        bars_of(date, a, b);
        watermark(date + "T23:59:00Z");
    }
};

}  // namespace

TEST_CASE(
    "a daily bar that comes again and different is taken in, and what followed goes out anew") {
    Subject node;
    node.session("2016-04-13", 10, 50);
    node.session("2016-04-14", 11, 51);
    node.session("2016-04-15", 12, 52);
    node.fresh();
    node.node->told.clear();
    node.give(flat("A", "2016-04-14T00:00:00Z", 11.5, 1));
    CHECK(node.fresh().rows() == 0);  // with the watermark, as all
    node.watermark("2016-04-16T12:00:00Z");
    // What was before it is played without a word.
    CHECK(node.node->told == Told{"begin 2016-04-13", "commit 2016-04-13", "begin 2016-04-14",
                                  "commit 2016-04-14", "begin 2016-04-15", "commit 2016-04-15"});
    CHECK(lines(node.fresh(), columns) ==
          "2016-04-14 A 11.5 10 1\n"
          "2016-04-14 B 51 50 1\n"
          "2016-04-15 A 12 11.5 1\n"
          "2016-04-15 B 52 51 1\n");
    CHECK(node.counted("bars_corrected") == 1);
    node.session("2016-04-18", 13, 53);
    CHECK(lines(node.fresh(), columns) == "2016-04-18 A 13 12 0\n2016-04-18 B 53 52 0\n");
}

TEST_CASE("a session that comes late as a whole is put between the others") {
    Subject node;
    node.session("2016-04-13", 10, 50);
    node.session("2016-04-15", 12, 52);
    node.fresh();
    node.bars_of("2016-04-14", 11, 51);
    node.watermark("2016-04-16T12:00:00Z");
    CHECK(lines(node.fresh(), columns) ==
          "2016-04-14 A 11 10 0\n"
          "2016-04-14 B 51 50 0\n"
          "2016-04-15 A 12 11 1\n"
          "2016-04-15 B 52 51 1\n");
    CHECK(node.counted("bars_too_late") == 0);
}

TEST_CASE("a late daily bar of before the running session is taken in before that one") {
    Subject node;
    node.session("2016-04-13", 10, 50);
    node.give(flat("A", "2016-04-15T00:00:00Z", 12, 1));
    node.watermark("2016-04-15T15:00:00Z");  // Friday runs
    node.give(flat("A", "2016-04-14T00:00:00Z", 11, 1));
    node.watermark("2016-04-15T23:00:00Z");
    CHECK(lines(node.rows(), {"trade_date", "symbol", "close", "previous_close"}) ==
          "2016-04-13 A 10 null\n2016-04-13 B 50 null\n"
          "2016-04-14 A 11 10\n2016-04-14 B null 50\n"
          "2016-04-15 A 12 11\n2016-04-15 B null 50\n");
}

TEST_CASE("daily bars that come again and equal change nothing") {
    Subject node;
    node.session("2016-04-13", 10, 50);
    node.session("2016-04-14", 11, 51);
    node.fresh();
    node.bars_of("2016-04-13", 10, 50);
    node.watermark("2016-04-15T12:00:00Z");
    CHECK(node.fresh().rows() == 0);
    CHECK(node.counted("bars_repeated") == 2);
}

TEST_CASE("daily bars are taken in as far back as asked for, older ones are counted") {
    const auto days = sessions_from("2016-01-04", 12);
    const auto told = [&](std::size_t late, const std::string& options) {
        Subject node(options);
        for (std::size_t i = 0; i < days.size(); ++i) {
            node.session(format_date(days[i]), 10 + static_cast<double>(i), 50);
        }
        node.fresh();
        node.give(flat("A", midnight(days[late]), 99, 1));
        node.finish();
        CHECK(node.counted("bars_too_late") == (node.fresh().rows() == 0 ? 1 : 0));
        return node.counted("bars_corrected") == 1;
    };
    CHECK(told(9, "daily_corrections = 3"));
    CHECK_FALSE(told(2, "daily_corrections = 3"));
    CHECK_FALSE(told(11, "daily_corrections = 0"));
    CHECK(told(0, "daily_corrections = 20"));
}

TEST_CASE("splits between are taken in again when sessions are played again") {
    const auto file = split_file("A,2016-04-15,split,2\n");
    Subject node("splits = '" + file.string() + "'");
    node.session("2016-04-13", 10, 50);
    node.session("2016-04-14", 11, 51);
    node.session("2016-04-15", 6, 52);
    node.fresh();
    node.give(flat("A", "2016-04-14T00:00:00Z", 14, 1));
    node.watermark("2016-04-16T12:00:00Z");
    CHECK(lines(node.fresh(), columns) ==
          "2016-04-14 A 14 10 1\n"
          "2016-04-14 B 51 50 1\n"
          "2016-04-15 A 6 7 1\n"
          "2016-04-15 B 52 51 1\n");
    std::filesystem::remove(file);
}

TEST_CASE("a late daily bar behind a restart is taken in as without it") {
    const auto play = [](bool restart, bool between) {
        Subject first;
        Subject second;
        first.session("2016-04-13", 10, 50);
        first.session("2016-04-14", 11, 51);
        const std::string late = flat("A", "2016-04-13T00:00:00Z", 10.5, 1);
        if (between) {
            first.give(late);
        }
        StateWriter saved;
        first.node->snapshot(saved);
        StateReader state(saved.bytes());
        second.node->restore(state);
        Subject& node = restart ? second : first;
        first.fresh();
        if (!between) {
            node.give(late);
        }
        node.session("2016-04-15", 12, 52);
        return lines(node.fresh(), columns);
    };
    const std::string expected =
        "2016-04-13 A 10.5 null 1\n2016-04-13 B 50 null 1\n"
        "2016-04-14 A 11 10.5 1\n2016-04-14 B 51 50 1\n"
        "2016-04-15 A 12 11 0\n2016-04-15 B 52 51 0\n";
    for (const bool between : {false, true}) {
        CHECK(play(false, between) == expected);
        CHECK(play(true, between) == expected);
    }
}
