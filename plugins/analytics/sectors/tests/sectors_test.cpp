#include "sectors.hpp"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
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
using sectors::Sectors;

namespace {

/// A node at work, long after the days that it is told of.
struct Subject : Driven<Sectors> {
    Subject(const std::string& toml, std::vector<std::string> inputs)
        : Driven(toml, std::move(inputs)) {
        clock("2030-01-01T00:00:00Z");
    }
};

namespace fs = std::filesystem;

/// A sector map that goes with the test.
class MapFile {
public:
    explicit MapFile(const std::string& text)
        : path_(fs::temp_directory_path() / ("tsflow_sectors_" + std::to_string(::getpid()) + "_" +
                                             std::to_string(next_++) + ".csv")) {
        std::ofstream(path_) << text;
    }
    ~MapFile() { fs::remove(path_); }
    const fs::path& path() const noexcept { return path_; }
    std::string options(const std::string& more) const {
        return "sectors = '" + path_.string() + "'\npublish_every = '0s'\n" + more;
    }

private:
    static inline int next_ = 0;
    fs::path path_;
};

const std::string two_sectors =
    "symbol,sector,weight\nA1,Alpha,1\nA2,Alpha,3\nA3,Alpha,\nB1,Beta,1\nB2,Beta,1\nB3,Beta,1\n";

double value(const Batch& batch, const std::string& sector, const std::string& column) {
    const std::string text = last_rows(batch, "sector", {column}).at(sector);
    return text == "null" ? unknown : std::stod(text);
}

std::string failure(const std::string& text) {
    const MapFile file(text);
    try {
        const SectorMap map{file.path()};
    } catch (const Error& error) {
        return error.what();
    }
    return "none";
}

/// A close of 100 for all, and then the given ones.
void give_two_days(Subject& node, const std::vector<std::pair<std::string, double>>& closes) {
    std::string first;
    std::string second;
    for (const auto& [symbol, close] : closes) {
        first += flat(symbol, "2020-03-02T05:00:00Z", 100, 10);
        second += flat(symbol, "2020-03-03T05:00:00Z", close, 10);
    }
    node.give(first);
    node.give(second);
    node.finish();
}

}  // namespace

TEST_CASE("a map names the sector of a symbol, however its class is written") {
    const MapFile file("symbol,name,sector\nBRK-B,\"Berkshire, Inc.\",Financials\nX,X,Materials\n");
    const SectorMap map{file.path()};
    CHECK(map.sectors() ==
          std::vector<std::string>{"Financials", "Materials", "UNCLASSIFIED", "ALL"});
    for (const char* symbol : {"BRK.B", "BRK-B", "BRK/B"}) {
        CHECK(map.of(symbol).sector == 0);
    }
    CHECK(map.sectors()[map.of("NEW").sector] == "UNCLASSIFIED");
    CHECK_THAT(failure("symbol,sector\nA,x\nA,y\n"), Catch::Contains(":3: symbol 'A' comes twice"));
    CHECK_THAT(failure("symbol,sector,weight\nA,x,-1\n"), Catch::Contains(":2: weight is '-1'"));
    CHECK_THAT(failure("symbol,sector\nA,\n"), Catch::Contains("one of them is empty"));
    CHECK_THAT(failure("symbol,sector\nA,ALL\n"), Catch::Contains("all sectors together"));
    CHECK_THAT(failure("symbol\nA\n"), Catch::Contains("sector"));
    CHECK_THROWS_WITH(SectorMap{"/nowhere.csv"}, Catch::Contains("cannot be read"));
}

TEST_CASE("sectors are measured by equal weights against all members") {
    const MapFile file(two_sectors);
    Subject node(file.options(""), {"daily"});
    give_two_days(
        node,
        {{"A1", 102}, {"A2", 104}, {"A3", 106}, {"B1", 99}, {"B2", 100}, {"B3", 98}, {"NEW", 150}});
    const Batch rows = node.rows();
    CHECK(value(rows, "Alpha", "index") == Approx(104).epsilon(1e-12));
    CHECK(value(rows, "Alpha", "ret_1") == Approx(.04).epsilon(1e-12));
    const double all = (.02 + .04 + .06 - .01 - .02 + .5) / 7;
    CHECK(value(rows, "ALL", "ret_1") == Approx(all).epsilon(1e-12));
    CHECK(value(rows, "Beta", "rel_ret_1") == Approx(-.01 - all).epsilon(1e-12));
    CHECK(value(rows, "Alpha", "median_ret") == Approx(.04).epsilon(1e-12));
    CHECK(value(rows, "Alpha", "iqr_ret") == Approx(.02).epsilon(1e-9));
    CHECK(last_rows(rows, "sector", {"rank", "adv", "dec", "unch", "n_members", "n_reporting"}) ==
          std::map<std::string, std::string>{{"ALL", "null 4 2 1 7 7"},
                                             {"Alpha", "1 3 0 0 3 3"},
                                             {"Beta", "2 0 2 1 3 3"},
                                             {"UNCLASSIFIED", "null 1 0 0 1 1"}});
    // One member is no sector to speak of, and it is counted all the same.
    CHECK_FALSE(known(value(rows, "UNCLASSIFIED", "index")));
    CHECK(value(rows, "Beta", "up_vol_share") == 0);
    CHECK_FALSE(known(value(rows, "Alpha", "pct_above_50")));
}

TEST_CASE("weights of the file count, and a member without one does not") {
    const MapFile file(two_sectors);
    Subject node(file.options("weighting = 'file'\nmin_members = 2\nbenchmark = 'SPY'\n"
                              "symbols = ['A1', 'A2', 'A3']"),
                 {"daily"});
    give_two_days(node, {{"A1", 102}, {"A2", 104}, {"A3", 150}, {"SPY", 101}});
    const double alpha = (1 * .02 + 3 * .04) / 4;
    CHECK(value(node.rows(), "Alpha", "ret_1") == Approx(alpha).epsilon(1e-12));
    CHECK(value(node.rows(), "Alpha", "rel_ret_1") == Approx(alpha - .01).epsilon(1e-9));
    CHECK(last_rows(node.rows(), "sector", {"n_members"}).at("ALL") == "3");  // SPY is no member
}

TEST_CASE("a benchmark against itself stays at (100, 100) of the rotation map") {
    const MapFile file("symbol,sector\nA,Only\nB,Only\nC,Only\n");
    Subject node(file.options("period = 'daily'\nn = 5\nm = 3\ntail = 2"), {"daily"});
    const auto days =
        Calendar::us_equities().trading_days(*parse_date("2020-01-02"), *parse_date("2020-01-31"));
    std::mt19937 random(1);
    for (const Date day : days) {
        for (const char* symbol : {"A", "B", "C"}) {
            node.give(
                flat(symbol, midnight(day), 50 + static_cast<double>(random() % 1000) / 100, 10));
        }
    }
    node.finish();
    const auto rows = last_rows(node.rows(1), "sector",
                                {"rel_strength_ratio", "rel_strength_momentum", "quadrant",
                                 "committed", "distance", "tail"});
    CHECK(rows.at("Only") == "100 100 leading true 0 [[100,100],[100,100]]");
    CHECK(rows.at("ALL") == rows.at("Only"));
}

TEST_CASE("a sector that outruns the others leads, and points of the map are by weeks") {
    const MapFile file(two_sectors);
    Subject node(file.options("n = 3\nm = 2"), {"daily"});
    const auto days =
        Calendar::us_equities().trading_days(*parse_date("2020-01-06"), *parse_date("2020-02-14"));
    double alpha = 100;
    double beta = 100;
    for (std::size_t i = 0; i < days.size(); ++i) {
        alpha *= 1.002 + 0.0001 * static_cast<double>(i);
        beta *= 0.999;
        for (const char* symbol : {"A1", "A2", "A3"}) {
            node.give(flat(symbol, midnight(days[i]), alpha, 10));
        }
        for (const char* symbol : {"B1", "B2", "B3"}) {
            node.give(flat(symbol, midnight(days[i]), beta, 10));
        }
    }
    node.finish();
    const Batch map = node.rows(1);
    const auto rows =
        last_rows(map, "sector", {"quadrant", "confirmed_quadrant", "committed", "period"});
    CHECK(rows.at("Alpha") == "leading leading true weekly");
    CHECK(rows.at("Beta") == "lagging lagging true weekly");
    CHECK(value(map, "Alpha", "heading_deg") < 180);  // to the right
    // Six weeks, of which the first that is known is the fourth: 3 + 2 - 1.
    CHECK(value(map, "Alpha", "quadrant_age") == 3);
    const std::string tail = last_rows(map, "sector", {"tail"}).at("Alpha");
    CHECK(std::count(tail.begin(), tail.end(), '[') == 1 + 3);
}

TEST_CASE("within the day sectors follow the minutes, and only what changed goes out") {
    const MapFile file(two_sectors);
    Subject node(file.options(""), {"bars", "daily"});
    for (const char* symbol : {"A1", "A2", "A3", "B1", "B2", "B3"}) {
        node.give(flat(symbol, "2020-03-02T05:00:00Z", 100, 10), 1);
    }
    node.finish_input(1);
    node.give(flat("A1", "2020-03-03T14:30:00Z", 101, 10) +
              flat("A2", "2020-03-03T14:30:00Z", 101, 10));
    node.watermark("2020-03-03T14:31:00Z");
    CHECK(last_rows(node.fresh(), "sector", {"n_reporting", "index", "adv"}) ==
          std::map<std::string, std::string>{
              {"ALL", "2 null 2"}, {"Alpha", "2 null 2"}, {"Beta", "0 null 0"}});
    node.give(flat("A3", "2020-03-03T14:31:00Z", 104, 10));
    node.watermark("2020-03-03T14:32:00Z");
    const auto rows = last_rows(node.fresh(), "sector", {"n_reporting", "index", "status"});
    CHECK(rows.size() == 2);
    CHECK(rows.at("Alpha").substr(0, 5) == "3 102");
    CHECK(rows.count("Beta") == 0);
}

TEST_CASE("wrong options are refused in words") {
    CHECK(testing::errors<Sectors>("").size() == 1);
    CHECK(testing::errors<Sectors>("sectors = 'x'\nrank_by = 'ret_2'").size() == 1);
    CHECK(testing::errors<Sectors>("sectors = 'x'\nn = 1").size() == 1);
    testing::TestContext context;
    CHECK_THROWS_AS(testing::make<Sectors>("sectors = '/nowhere'")->probe(context), Error);
}

namespace {

std::string at_end(const MapFile& file, const std::vector<std::string>& rows,
                   std::mt19937* splits) {
    Subject node(file.options("min_members = 1"), {"bars", "daily"});
    for (const char* symbol : {"A1", "A2", "B1", "B2"}) {
        node.give(flat(symbol, "2020-03-02T05:00:00Z", 100, 10), 1);
    }
    node.finish_input(1);
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
    std::string text;
    for (const auto& [sector, row] :
         last_rows(node.rows(), "sector",
                   {"index", "ret_1", "rel_ret_1", "rank", "adv", "dec", "up_vol_share",
                    "median_ret", "iqr_ret", "n_reporting"})) {
        text += sector + " " + row + "\n";
    }
    return text;
}

std::vector<std::string> random_bars(std::mt19937& random, int count) {
    const char* symbols[] = {"A1", "A2", "B1", "B2"};
    std::vector<std::string> all;
    for (int i = 0; i < count; ++i) {
        char time[32];
        std::snprintf(time, sizeof time, "2020-03-03T14:%02d:00Z",
                      30 + static_cast<int>(random() % 30));
        all.push_back(flat(symbols[random() % 4], time,
                           90 + static_cast<double>(random() % 2000) / 100,
                           static_cast<double>(random() % 500)));
    }
    return all;
}

}  // namespace

TEST_CASE(
    "shuffled, repeated and corrected bars come to the same as their last versions in order") {
    const MapFile file(two_sectors);
    std::mt19937 random(17);
    for (int round = 0; round < 30; ++round) {
        const std::vector<std::string> arrived = random_bars(random, 100);
        std::map<std::string, std::string> newest;  // of each minute and symbol
        for (const std::string& bar : arrived) {
            newest[bar.substr(3, 20) + bar.substr(0, 2)] = bar;
        }
        std::vector<std::string> in_order;
        for (const auto& [key, bar] : newest) {
            in_order.push_back(bar);
        }
        std::vector<std::string> repeated = arrived;
        repeated.insert(repeated.end(), in_order.begin(), in_order.end());
        REQUIRE(at_end(file, repeated, &random) == at_end(file, in_order, nullptr));
    }
}

TEST_CASE("sectors keep every promise of a transform") {
    const MapFile file(two_sectors);
    std::mt19937 random(5);
    std::vector<Batch> batches;
    for (int i = 0; i < 3; ++i) {
        std::string text;
        for (const std::string& bar : random_bars(random, 30)) {
            text += bar;
        }
        batches.push_back(bars(text));
    }
    CHECK(testing::conformance<Sectors>({file.options("min_members = 1"), batches, {}}) ==
          std::vector<std::string>{});
}

TEST_CASE("a minute of the whole market", "[.burst]") {
    std::string text = "symbol,sector\n";
    for (int i = 0; i < 9'000; ++i) {
        char line[40];
        std::snprintf(line, sizeof line, "S%05d,Sector %d\n", i, i % 11);
        text += line;
    }
    const MapFile file(text);
    time_bursts<Sectors>(file.options(""));
    time_bursts<Sectors>("sectors = '" + file.path().string() + "'");
}

TEST_CASE("late and corrected daily bars give what a full recomputation gives") {
    const MapFile map("symbol,sector\nA,one\nB,one\nC,two\nD,two\n");
    for (const char* period : {"daily", "weekly"}) {
        check_late_daily<Sectors>(map.options("benchmark = 'SPY'\nmin_members = 1\nperiod = '" +
                                              std::string(period) + "'\n"),
                                  {"A", "B", "C", "D", "SPY"});
    }
}
