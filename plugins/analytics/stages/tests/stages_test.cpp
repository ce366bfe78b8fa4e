#include "stages.hpp"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
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
using stages::Stages;

namespace {

/// A node at work, long after the days that it is told of.
struct Subject : Driven<Stages> {
    Subject(const std::string& toml, std::vector<std::string> inputs)
        : Driven(toml, std::move(inputs)) {
        clock("2030-01-01T00:00:00Z");
    }
};

/// Rounded as the bars are written.
double cents(double price) {
    return std::round(price * 1e4) / 1e4;
}

/// A year and a half up, half a year sideways, a year down.
double course(std::size_t session) {
    const auto n = static_cast<double>(session);
    if (session < 380) {
        return cents(50 * std::pow(1.003, n));
    }
    const double top = 50 * std::pow(1.003, 380);
    return cents(session < 520 ? top * (1 + 0.01 * std::sin(n)) : top * std::pow(0.996, n - 520));
}

}  // namespace

TEST_CASE("stages are those of the machine over weekly closes, told with the week's last session") {
    Subject node("publish_every = '0s'", {"daily"});
    const auto days = sessions_from("2016-01-04", 760);
    for (std::size_t i = 0; i < days.size(); ++i) {
        node.give(flat("A", midnight(days[i]), course(i), 100));
    }
    node.finish();

    StageMachine machine;
    std::string expected;
    std::map<std::string, std::string> stage_of;  // by the week's last session
    for (std::size_t i = 0; i + 1 < days.size(); ++i) {
        if (week_of(days[i + 1]) == week_of(days[i])) {
            continue;
        }
        const auto before = static_cast<int>(machine.stage());
        if (machine.commit(course(i))) {
            expected += format_date(days[i]) + " " + std::to_string(before) + " " +
                        std::to_string(static_cast<int>(machine.stage())) + "\n";
        }
        stage_of[format_date(days[i])] = std::to_string(static_cast<int>(machine.stage())) + " " +
                                         std::to_string(machine.periods_in_stage());
    }
    CHECK(lines(node.rows(2), {"trade_date", "from_stage", "to_stage"}) == expected);
    CHECK(std::count(expected.begin(), expected.end(), '\n') >= 3);  // 0 to 2, 2 to 3, 3 to 4
    const auto told = last_rows(node.rows(), "trade_date", {"stage", "periods_in_stage"});
    for (const auto& [day, stage] : stage_of) {
        REQUIRE(told.at(day) == stage);
    }
    CHECK(last_rows(node.rows(), "symbol", {"algo_version"}).at("A") == "stage_v1");
}

TEST_CASE("the template needs 253 sessions and a rating") {
    Subject node("publish_every = '0s'", {"daily"});
    const auto days = sessions_from("2016-01-04", 253);
    for (std::size_t i = 0; i < days.size(); ++i) {
        const double up = std::pow(1.004, static_cast<double>(i));
        node.give(flat("UP", midnight(days[i]), 20 * up, 100) +
                  flat("DOWN", midnight(days[i]), 90 / up, 100));
        if (i + 2 == days.size()) {
            node.finish();
            // Without a rating and the year's extremes it says nothing; the other criteria stand.
            CHECK(last_rows(node.rows(), "symbol", {"c1", "c5", "c8", "n_true", "pass"}).at("UP") ==
                  "true true null 7 null");
        }
    }
    node.finish();
    const auto rows = last_rows(
        node.rows(), "symbol",
        {"c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "n_true", "n_known", "pass", "rs_rating"});
    CHECK(rows.at("UP") == "true true true true true true true true 8 8 true 99");
    CHECK(rows.at("DOWN") == "false false false false false false false false 0 8 false 1");
}

TEST_CASE("the summary counts stages by sector, and unknown symbols too") {
    const auto file = std::filesystem::temp_directory_path() /
                      ("tsflow_stages_" + std::to_string(::getpid()) + ".csv");
    std::ofstream(file) << "symbol,sector\nA,Alpha\nB,Alpha\n";
    Subject node(
        "publish_every = '0s'\nperiod = 'daily'\naverage = 5\nslope_periods = 2\n"
        "sectors = '" +
            file.string() + "'",
        {"daily"});
    const auto days = sessions_from("2016-01-04", 20);
    for (std::size_t i = 0; i < days.size(); ++i) {
        const double up = std::pow(1.05, static_cast<double>(i));
        node.give(flat("A", midnight(days[i]), 20 * up, 100) +
                  flat("B", midnight(days[i]), 90 / up, 100) +
                  flat("NEW", midnight(days[i]), 20 * up, 100));
    }
    node.finish();
    const Batch summary = node.rows(1);
    const auto counts = [&](const std::string& sector) {
        std::map<std::string, std::string> rows;
        const std::size_t column = summary.schema()->index("sector");
        for (std::size_t row = 0; row < summary.rows(); ++row) {
            if (summary.column<Symbol>(column)[row].text() == sector) {
                const std::string text =
                    lines(summary.slice(row, 1), {"stage", "count", "pct", "n_members"});
                rows[text.substr(0, 1)] = text.substr(2, text.size() - 3);
            }
        }
        return rows;
    };
    CHECK(counts("Alpha") ==
          std::map<std::string, std::string>{
              {"0", "0 0 2"}, {"1", "0 0 2"}, {"2", "1 50 2"}, {"3", "0 0 2"}, {"4", "1 50 2"}});
    CHECK(counts("UNCLASSIFIED").at("2") == "1 100 1");
    CHECK(counts("ALL").at("2").substr(0, 2) == "2 ");
    std::filesystem::remove(file);
    testing::TestContext context;
    CHECK_THROWS_AS(testing::make<Stages>("sectors = '/nowhere'")->probe(context), Error);
}

TEST_CASE("strength and volume of the week are flags beside the stage") {
    Subject node(
        "publish_every = '0s'\nperiod = 'daily'\naverage = 5\nslope_periods = 2\n"
        "symbols = ['A']\nbenchmark = 'SPY'",
        {"daily"});
    const auto days = sessions_from("2016-01-04", 210);
    for (std::size_t i = 0; i < days.size(); ++i) {
        const double up = std::exp(2e-5 * static_cast<double>(i * i));
        node.give(flat("A", midnight(days[i]), 50 * up, i + 1 == days.size() ? 300 : 100) +
                  flat("SPY", midnight(days[i]), 100, 100));
    }
    node.finish();
    CHECK(last_rows(node.rows(), "symbol", {"rs_ok", "rs_rising", "vol_ratio", "vol_ok"}) ==
          std::map<std::string, std::string>{{"A", "true true 3 true"}});
}

TEST_CASE("within the day the stage stays, and what it would become is told live") {
    Subject node(
        "publish_every = '0s'\nperiod = 'daily'\naverage = 5\nslope_periods = 2\nconfirm = 1",
        {"bars", "daily"});
    const auto days = sessions_from("2016-01-04", 12);
    for (std::size_t i = 0; i < days.size(); ++i) {
        node.give(flat("A", midnight(days[i]), 20 * std::pow(1.05, static_cast<double>(i)), 100),
                  1);
    }
    node.finish_input(1);
    const std::string today = format_date(sessions_from("2016-01-04", 13).back());
    node.give(flat("A", today + "T14:30:00Z", 12, 100));
    node.watermark(today + "T14:31:00Z");
    CHECK(last_rows(node.rows(), "symbol", {"stage", "stage_live", "status"}).at("A") ==
          "2 4 FINAL");
    // A bar that comes again takes it back.
    node.give(flat("A", today + "T14:30:00Z", 40, 100));
    node.give(flat("A", today + "T14:31:00Z", 40, 100));
    node.watermark(today + "T14:32:00Z");
    CHECK(last_rows(node.rows(), "symbol", {"stage", "stage_live"}).at("A") == "2 2");
    CHECK(node.rows(2).rows() == 0);  // the warm-up's changes are no news
}

TEST_CASE("wrong options are refused in words") {
    CHECK(testing::errors<Stages>("period = 'monthly'").size() == 1);
    CHECK(testing::errors<Stages>("rating = 100").size() == 1);
    CHECK(testing::errors<Stages>("rising = 0").size() == 1);
}

TEST_CASE("stages keep every promise of a transform") {
    std::vector<Batch> batches;
    std::mt19937 random(5);
    for (int i = 0; i < 3; ++i) {
        std::string text;
        for (int row = 0; row < 20; ++row) {
            char time[32];
            std::snprintf(time, sizeof time, "2020-03-0%dT14:%02d:00Z", 3 + i,
                          30 + static_cast<int>(random() % 30));
            text += flat(std::string(1, static_cast<char>('A' + random() % 3)), time,
                         20 + static_cast<double>(random() % 100), 100);
        }
        batches.push_back(bars(text));
    }
    CHECK(testing::conformance<Stages>(
              {"publish_every = '0s'\nperiod = 'daily'\naverage = 2\nslope_periods = 1",
               batches,
               {}}) == std::vector<std::string>{});
}

TEST_CASE("a minute of the whole market", "[.burst]") {
    const std::string options = "benchmark = 'S00000'";
    time_bursts<Stages>(options + "\npublish_every = '0s'");
    time_bursts<Stages>(options);
}

TEST_CASE("late and corrected daily bars give what a full recomputation gives") {
    for (const char* period : {"daily", "weekly"}) {
        check_late_daily<Stages>(
            "publish_every = '0s'\nbenchmark = 'SPY'\naverage = 10\nslope_periods = 3\n"
            "confirm = 1\nperiod = '" +
                std::string(period) + "'\n",
            {"A", "B", "C", "D", "SPY"}, [](const Batch& one) {
                // A change that is none any more leads from a stage to itself.
                const auto from = one.schema()->find("from_stage");
                return from && lines(one, {"from_stage"}) == lines(one, {"to_stage"});
            });
    }
}
