#include "rankings.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "burst.hpp"
#include "late_daily.hpp"
#include "sessions_of.hpp"

using namespace tsflow;
using namespace tsflow::market;
using rankings::Rankings;

namespace {

/// A node at work, long after the days that it is told of.
struct Subject : Driven<Rankings> {
    Subject(const std::string& toml, std::vector<std::string> inputs)
        : Driven(toml, std::move(inputs)) {
        clock("2030-01-01T00:00:00Z");
    }
};

double value(const Batch& batch, const std::string& symbol, const std::string& column) {
    const std::string text = last_rows(batch, "symbol", {column}).at(symbol);
    return text == "null" ? unknown : std::stod(text);
}

}  // namespace

TEST_CASE("a return over 252 sessions needs 253 closes, and so does the rating") {
    Subject node("publish_every = '0s'", {"daily"});
    const auto days = sessions_from("2018-01-02", 253);
    for (std::size_t i = 0; i < days.size(); ++i) {
        if (i + 1 == days.size()) {
            node.finish();
            CHECK_FALSE(known(value(node.rows(), "UP", "ret_252")));
            CHECK_FALSE(known(value(node.rows(), "UP", "rs_rating")));
            CHECK(known(value(node.rows(), "UP", "ret_189")));
        }
        const auto n = static_cast<double>(i);
        node.give(flat("UP", midnight(days[i]), 100 + n, 1000) +
                  flat("DOWN", midnight(days[i]), 500 - n, 1000) +
                  flat("SAME", midnight(days[i]), 50, 1000));
    }
    node.finish();
    const Batch rows = node.rows();
    CHECK(value(rows, "UP", "ret_252") == Approx(352.0 / 100 - 1).epsilon(1e-12));
    CHECK(value(rows, "DOWN", "ret_252") == Approx(248.0 / 500 - 1).epsilon(1e-12));
    CHECK(value(rows, "SAME", "ret_252") == 0);
    CHECK(value(rows, "UP", "rs_score") == Approx(.4 * (352.0 / 289 - 1) + .2 * (352.0 / 226 - 1) +
                                                  .2 * (352.0 / 163 - 1) + .2 * (352.0 / 100 - 1))
                                               .epsilon(1e-12));
    CHECK(last_rows(rows, "symbol", {"rank", "pct_rank", "rs_rating", "rank_delta"}) ==
          std::map<std::string, std::string>{
              {"DOWN", "3 0 1 0"}, {"SAME", "2 0.5 50 0"}, {"UP", "1 1 99 0"}});
    CHECK_FALSE(known(value(rows, "SAME", "rsi14")));  // nothing moved
    CHECK(value(rows, "UP", "rsi14") == 100);
}

TEST_CASE("ties share a rank, the next one is left out, and symbols decide the order of lists") {
    Subject node("publish_every = '0s'\ntop = 3", {"daily"});
    const auto days = sessions_from("2018-01-02", 2);
    for (const char* symbol : {"D", "B", "C", "A", "E"}) {
        node.give(flat(symbol, midnight(days[0]), 100, 1000));
    }
    node.give(flat("D", midnight(days[1]), 110, 1) + flat("B", midnight(days[1]), 105, 1) +
              flat("C", midnight(days[1]), 105, 1) + flat("A", midnight(days[1]), 90, 1));
    node.finish();
    const auto ranks = last_rows(node.rows(), "symbol",
                                 {"rank", "pct_rank", "n_members", "n_eligible", "n_reporting"});
    CHECK(ranks.at("D") == "1 1 5 5 4");
    CHECK(ranks.at("B") == ranks.at("C"));
    CHECK(ranks.at("B") == "2 0.3333333333333333 5 5 4");
    CHECK(ranks.at("A") == "4 0 5 5 4");
    CHECK(ranks.at("E") == "null null 5 5 4");  // not traded is not last
    const Batch top = node.rows(1);
    const Batch second = top.slice(top.rows() - 6, 6);
    CHECK(lines(second, {"metric", "side", "place", "symbol", "rank"}) ==
          "ret_1 top 1 D 1\nret_1 top 2 B 2\nret_1 top 3 C 2\n"
          "ret_1 bottom 1 A 4\nret_1 bottom 2 B 2\nret_1 bottom 3 C 2\n");
}

TEST_CASE("within the day figures follow the minutes") {
    Subject node("publish_every = '0s'\nrank_by = ['from_open', 'ret_5m']", {"bars", "daily"});
    node.give(flat("MSFT", "2020-03-02T05:00:00Z", 100, 1000), 1);
    node.finish_input(1);
    node.give(
        "MSFT 2020-03-03T14:30:00Z 102 103 101 103 100\n"
        "MSFT 2020-03-03T14:31:00Z 103 104 103 104 200\n"
        "MSFT 2020-03-03T14:36:00Z 105 106 105 106 300\n"
        "AAPL 2020-03-03T14:36:00Z 50 50 50 50 10\n");
    node.watermark("2020-03-03T14:37:00Z");
    const Batch rows = node.rows();
    CHECK(value(rows, "MSFT", "last") == 106);
    CHECK(value(rows, "MSFT", "gap_pct") == Approx(2));
    CHECK(value(rows, "MSFT", "ret_1") == Approx(0.06));
    CHECK(value(rows, "MSFT", "from_open") == Approx(106.0 / 102 - 1));
    CHECK(value(rows, "MSFT", "ret_5m") == Approx(106.0 / 104 - 1));
    CHECK_FALSE(known(value(rows, "MSFT", "ret_15m")));
    CHECK(value(rows, "MSFT", "dollar_vol") == 600 * 106);
    CHECK_FALSE(known(value(rows, "AAPL", "ret_1")));
    CHECK(last_rows(rows, "symbol", {"rank", "status", "rev"}).at("AAPL") == "2 FINAL 0");
    // Half a minute later nothing is new, and nothing goes out.
    node.fresh();
    node.watermark("2020-03-03T14:37:30Z");
    CHECK(node.fresh().rows() == 0);
    // Only what has changed goes out: MSFT's 5 minutes look back from a later minute, too.
    node.give(flat("AAPL", "2020-03-03T14:37:00Z", 51, 10));
    node.watermark("2020-03-03T14:38:00Z");
    CHECK(lines(node.fresh(), {"symbol", "last", "rank"}) == "AAPL 51 2\n");
}

TEST_CASE("live rows go out by the clock and become final with the day") {
    Subject node("symbols = ['MSFT', 'AAPL']", {"in"});
    node.clock("2020-03-03T14:31:00Z");
    node.give(flat("MSFT", "2020-03-03T14:30:00Z", 100, 10));
    node.tick();
    CHECK(lines(node.fresh(), {"symbol", "status", "from_open"}) ==
          "AAPL PROVISIONAL null\nMSFT PROVISIONAL 0\n");
    node.tick();
    CHECK(node.fresh().rows() == 0);
    node.give(flat("MSFT", "2020-03-03T20:59:00Z", 110, 10));
    node.watermark("2020-03-03T20:00:00Z");
    CHECK(node.fresh().rows() == 0);  // complete minutes are older than what is known
    node.watermark("2020-03-03T21:00:00Z");
    CHECK(lines(node.fresh(), {"symbol", "status"}) == "AAPL FINAL\nMSFT FINAL\n");
}

TEST_CASE("relative volume compares the same time of the day, and early closes stay out of it") {
    Subject node("publish_every = '0s'\nvolume_sessions = 2\nvolume_slot = 1\nsurge = 3", {"in"});
    // Two whole sessions, the half day after Thanksgiving, and a whole one again.
    for (const char* day : {"2025-11-25", "2025-11-26"}) {
        node.give(flat("A", std::string{day} + "T14:30:00Z", 10, 100) +
                  flat("A", std::string{day} + "T17:59:00Z", 10, 100) +
                  flat("A", std::string{day} + "T20:59:00Z", 10, 800));
    }
    node.give(flat("A", "2025-11-28T14:30:00Z", 10, 300) +
              flat("A", "2025-11-28T17:59:00Z", 10, 500));
    node.watermark("2025-11-28T14:31:00Z");
    CHECK(last_rows(node.rows(), "symbol", {"rvol_cum", "rvol_bar", "surge", "base_sessions"})
              .at("A") == "3 3 true 2");
    node.watermark("2025-11-28T18:00:00Z");  // 13:00 in New York
    CHECK(last_rows(node.rows(), "symbol", {"rvol_cum", "rvol_bar", "base_sessions"}).at("A") ==
          "4 5 2");
    node.give(flat("A", "2025-12-01T14:30:00Z", 10, 50));
    node.watermark("2025-12-01T14:31:00Z");
    CHECK(value(node.rows(), "A", "rvol_cum") == 0.5);
}

TEST_CASE("strength against a benchmark that is in no universe, over its own split") {
    Subject node("publish_every = '0s'\nsymbols = ['A']\nbenchmark = 'SPY'", {"daily"});
    const auto days = sessions_from("2018-01-02", 201);
    for (std::size_t i = 0; i < days.size(); ++i) {
        node.give(flat("A", midnight(days[i]), i < 200 ? 100 : 120, 1) +
                  flat("SPY", midnight(days[i]), i < 200 ? 50 : 55, 1));
    }
    node.finish();
    // 2 for 199 sessions of the 200, and then 120 / 55.
    const double now = 120.0 / 55;
    CHECK(value(node.rows(), "A", "mansfield") ==
          Approx(100 * (now / ((199 * 2 + now) / 200) - 1)).epsilon(1e-9));
    CHECK(value(node.rows(), "A", "rs_vs_bench_20") == Approx(1.2 / 1.1).epsilon(1e-12));
    CHECK(last_rows(node.rows(), "symbol", {"n_members"}).count("SPY") == 0);
}

TEST_CASE("what is filtered is told of but not ranked") {
    Subject node("publish_every = '0s'\nmin_price = 5\nrank_by = ['from_open']", {"in"});
    node.give(flat("CHEAP", "2020-03-03T14:30:00Z", 4.99, 10) +
              flat("DEAR", "2020-03-03T14:30:00Z", 5, 10));
    node.watermark("2020-03-03T14:31:00Z");
    CHECK(last_rows(node.rows(), "symbol", {"last", "rank"}) ==
          std::map<std::string, std::string>{{"CHEAP", "4.99 null"}, {"DEAR", "5 1"}});
}

TEST_CASE("wrong options are refused in words") {
    CHECK(testing::errors<Rankings>("rank_by = []").size() == 1);
    CHECK(testing::errors<Rankings>("rank_by = ['ret_1', 'ret_1']").size() == 1);
    CHECK(testing::errors<Rankings>("rank_by = ['return']").size() == 1);
    CHECK(testing::errors<Rankings>("rank_by = ['hv20', 'rs_score']").empty());
}

namespace {

/// Random minute bars of three symbols over a part of a session.
std::vector<std::string> random_bars(std::mt19937& random, int count) {
    std::vector<std::string> all;
    for (int i = 0; i < count; ++i) {
        char time[32];
        const int minute = static_cast<int>(random() % 40);
        std::snprintf(time, sizeof time, "2020-03-03T14:%02d:00Z", 20 + minute);
        all.push_back(flat(std::string(1, static_cast<char>('A' + random() % 4)), time,
                           50 + static_cast<double>(random() % 1000) / 100,
                           static_cast<double>(random() % 500)));
    }
    return all;
}

std::string figures_at_end(const std::vector<std::string>& rows, std::mt19937* splits) {
    Subject node("publish_every = '0s'\nvolume_sessions = 1", {"in"});
    std::string batch;
    for (const std::string& row : rows) {
        batch += row;
        if (splits != nullptr && (*splits)() % 7 == 0) {
            node.give(batch);
            batch.clear();
        }
    }
    node.give(batch);
    node.watermark("2020-03-03T15:00:00Z");
    const Batch all = node.rows();
    std::string text;
    for (const auto& [symbol, row] :
         last_rows(all, "symbol",
                   {"last", "from_open", "ret_5m", "ret_15m", "dollar_vol", "atr14", "rank",
                    "pct_rank", "n_reporting"})) {
        text += symbol + " " + row + "\n";
    }
    return text;
}

}  // namespace

TEST_CASE(
    "shuffled, repeated and corrected bars come to the same as their last versions in order") {
    std::mt19937 random(11);
    for (int round = 0; round < 40; ++round) {
        const std::vector<std::string> arrived = random_bars(random, 120);
        // Of each symbol and minute the last version, in the order of time.
        std::map<std::string, std::string> newest;
        for (const std::string& bar : arrived) {
            const std::size_t blank = bar.find(' ', 2);
            newest[bar.substr(2, blank - 2) + bar.substr(0, 1)] = bar;
        }
        std::vector<std::string> in_order;
        for (const auto& [key, bar] : newest) {
            in_order.push_back(bar);
        }
        std::vector<std::string> repeated = arrived;
        repeated.insert(repeated.end(), in_order.begin(), in_order.end());
        REQUIRE(figures_at_end(repeated, &random) == figures_at_end(in_order, nullptr));
    }
}

TEST_CASE("rankings keep every promise of a transform") {
    std::mt19937 random(5);
    std::vector<Batch> batches;
    for (int i = 0; i < 3; ++i) {
        std::string text;
        for (const std::string& bar : random_bars(random, 30)) {
            text += bar;
        }
        batches.push_back(bars(text));
    }
    CHECK(testing::conformance<Rankings>(
              {"publish_every = '0s'\nvolume_sessions = 1", batches, {}}) ==
          std::vector<std::string>{});
}

TEST_CASE("a minute of the whole market", "[.burst]") {
    const std::string options = "benchmark = 'S00000'\nrank_by = ['ret_1', 'from_open']";
    time_bursts<Rankings>(options + "\npublish_every = '0s'");
    time_bursts<Rankings>(options);
}

TEST_CASE("late and corrected daily bars give what a full recomputation gives") {
    check_late_daily<Rankings>(
        "publish_every = '0s'\nbenchmark = 'SPY'\nrank_by = ['ret_1', 'rs_score']\n",
        {"A", "B", "C", "D", "SPY"});
}
