#include "breadth.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "driven.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::market;
using breadth::Breadth;

namespace {

// Two sessions before: A, B, C and D have closes, E is new. Of the second A and C rise, B falls.
const std::string history = R"(
    A 2016-04-13T04:00:00Z 9  12 8  9  100
    B 2016-04-13T04:00:00Z 11 12 8  11 100
    C 2016-04-13T04:00:00Z 9  12 8  9  100
    D 2016-04-13T04:00:00Z 10 12 8  10 100
    A 2016-04-14T04:00:00Z 10 11 9  10 200
    B 2016-04-14T04:00:00Z 10 11 9  10 100
    C 2016-04-14T04:00:00Z 10 11 9  10 300
    D 2016-04-14T04:00:00Z 10 11 9  10 100)";
const std::string options =
    "publish_every = '0s'\nsymbols = ['A', 'B', 'C', 'D', 'E']\naverages = ['sma2', 'sma3', "
    "'ema2']\n"
    "high_low_sessions = 2\n";

enum Port : std::size_t { ad, ma, hl, osc };
const std::vector<std::string> counts{"n_members", "n_eligible", "n_reporting"};
const std::vector<std::string> moves{"adv", "dec", "unch", "not_traded", "net_adv"};
const std::vector<std::string> volumes{"up_vol", "dn_vol", "trin", "ad_ratio", "adv_pct"};

class Market : public Driven<Breadth> {
public:
    explicit Market(const std::string& toml = options) : Driven(toml, {"bars", "daily"}) {
        clock("2020-01-01T00:00:00Z");
        give(history, 1);
        finish_input(1);
    }
    void minute(const std::string& rows, const std::string& end) {
        give(rows);
        watermark(end);
    }
};

}  // namespace

TEST_CASE("advances and declines as worked by hand") {
    Market market;
    market.minute(R"(
        A 2016-04-15T13:30:00Z 11 11 11 11 100
        B 2016-04-15T13:30:00Z 9  9  9  9  50
        C 2016-04-15T13:30:00Z 10 10 10 10 30
        E 2016-04-15T13:30:00Z 5  5  5  5  7)",
                  "2016-04-15T13:31:00Z");
    Batch row = market.fresh(ad);
    CHECK(lines(row, counts) == "5 4 3\n");
    CHECK(lines(row, moves) == "1 1 1 1 0\n");
    CHECK(lines(row, volumes) == "100 50 0.5 1 50\n");
    CHECK(lines(row, {"ad_line", "bar_tick", "trin_10"}) == "1 null null\n");

    // B turns, and its whole volume of the day with it; nobody declines any more.
    market.minute(R"(
        A 2016-04-15T13:31:00Z 10.5 10.5 10.5 10.5 10
        B 2016-04-15T13:31:00Z 10.2 10.2 10.2 10.2 25)",
                  "2016-04-15T13:32:00Z");
    row = market.fresh(ad);
    CHECK(lines(row, moves) == "2 0 1 1 2\n");
    CHECK(lines(row, volumes) == "185 0 null null 100\n");
    CHECK(lines(row, {"ln_trin", "ad_line", "bar_tick"}) == "null 3 0\n");
}

TEST_CASE("who did not trade is not unchanged, and a new listing is not eligible") {
    Market market;
    market.minute("E 2016-04-15T13:30:00Z 5 5 5 5 7", "2016-04-15T13:31:00Z");
    const Batch row = market.fresh(ad);
    CHECK(lines(row, counts) == "5 4 0\n");
    CHECK(lines(row, moves) == "0 0 0 4 0\n");
    CHECK(lines(row, volumes) == "0 0 null null null\n");
}

TEST_CASE("without an eligible member everything is null, never 0") {
    Driven<Breadth> market("publish_every = '0s'\nsymbols = ['A', 'B']\naverages = ['sma2']");
    market.give("A 2016-04-15T13:30:00Z 5 5 5 5 7");
    market.watermark("2016-04-15T13:31:00Z");
    CHECK(lines(market.rows(ad), counts) == "2 0 0\n");
    CHECK(lines(market.rows(ad), moves) == "null null null null null\n");
    CHECK(lines(market.rows(ad), {"up_vol", "dn_vol", "ad_line"}) == "null null null\n");
    CHECK(lines(market.rows(ma), {"above", "below", "equal", "pct_above"}) ==
          "null null null null\n");
    CHECK(lines(market.rows(hl), {"new_high", "new_low", "nh_nl", "record_high_pct",
                                  "hl_index10"}) == "null null null null null\n");
    CHECK(lines(market.rows(osc), {"rana", "mcclellan", "summation", "zbt", "zbt_event"}) ==
          "null null null null null\n");
}

TEST_CASE("above and below averages as worked by hand") {
    Market market;
    market.minute(R"(
        A 2016-04-15T13:30:00Z 11 11 11 11 100
        B 2016-04-15T13:30:00Z 9  9  9  9  50
        C 2016-04-15T13:30:00Z 10 10 10 10 30
        E 2016-04-15T13:30:00Z 5  5  5  5  7)",
                  "2016-04-15T13:31:00Z");
    // sma2: above 10. sma3: the two closes are 9.5, 10.5, 9.5 on average. ema2 is seeded by them.
    CHECK(lines(market.fresh(ma),
                {"average", "window", "n_eligible", "n_reporting", "above", "below", "equal"}) ==
          "sma2 2 4 3 1 1 1\n"
          "sma3 3 4 3 2 1 0\n"
          "ema2 2 4 3 2 1 0\n");
}

TEST_CASE("new highs and lows of the year and of the day as worked by hand") {
    Market market;
    market.minute(R"(
        A 2016-04-15T13:30:00Z 11 12    11 11 100
        B 2016-04-15T13:30:00Z 9  9     7  9  50
        C 2016-04-15T13:30:00Z 10 12.01 10 10 30)",
                  "2016-04-15T13:31:00Z");
    const Batch first = market.fresh(hl);
    CHECK(lines(first, {"n_eligible", "n_reporting", "new_high", "new_low", "nh_nl"}) ==
          "4 3 1 1 0\n");
    CHECK(lines(first, {"record_high_pct", "intraday_high", "intraday_low"}) == "50 null null\n");
    market.minute(R"(
        A 2016-04-15T13:31:00Z 11 11 10.5 11 100
        B 2016-04-15T13:31:00Z 9  9.5  7  9  50
        C 2016-04-15T13:31:00Z 10 12 11 11 30)",
                  "2016-04-15T13:32:00Z");
    CHECK(lines(market.fresh(hl), {"intraday_high", "intraday_low"}) == "1 1\n");

    Market matched(options + "match = 'equal'");
    matched.minute("A 2016-04-15T13:30:00Z 11 12 11 11 100", "2016-04-15T13:31:00Z");
    CHECK(lines(matched.fresh(hl), {"new_high"}) == "1\n");
}

TEST_CASE("a high of 252 sessions needs 252 before today") {
    for (const int sessions : {251, 252}) {
        Driven<Breadth> market("publish_every = '0s'\nsymbols = ['A']", {"daily"});
        market.clock("2020-01-01T00:00:00Z");
        Date date = *parse_date("2016-01-04");
        for (int i = 0; i <= sessions; ++i) {
            market.give("A " + format_date(date) + "T00:00:00Z 10 10 10 10 1");
            date = Calendar::us_equities().next_trading_day(date);
        }
        market.finish();
        const Batch rows = market.rows(hl);
        CHECK(lines(rows.slice(rows.rows() - 1, 1), {"n_eligible", "new_high"}) ==
              (sessions == 252 ? "1 0\n" : "0 null\n"));
    }
}

TEST_CASE("a split in the morning moves nobody above or below") {
    const auto file = std::filesystem::temp_directory_path() / "tsflow_breadth_splits.csv";
    std::ofstream{file} << "ticker,ex_date,kind,value\nA,2016-04-15,split,4\n";
    Market market(options + "splits = '" + file.string() + "'");
    market.minute("A 2016-04-15T13:30:00Z 2.5 2.5 2.5 2.5 400", "2016-04-15T13:31:00Z");
    CHECK(lines(market.rows(ad), moves) == "0 0 1 3 0\n");
    CHECK(lines(market.rows(ma), {"above", "below", "equal"}) == "0 0 1\n1 0 0\n1 0 0\n");
    CHECK(lines(market.rows(hl), {"new_high", "new_low"}) == "0 0\n");
    std::filesystem::remove(file);
}

TEST_CASE("wrong settings are refused with the option's name") {
    CHECK_THAT(testing::errors<Breadth>("averages = ['sma1']").at(0),
               Catch::Contains("'sma1' is none"));
    CHECK_THAT(testing::errors<Breadth>("averages = ['wma20']").at(0), Catch::Contains("'wma20'"));
    CHECK_THAT(testing::errors<Breadth>("averages = ['sma20', 'sma20']").at(0),
               Catch::Contains("given twice"));
    CHECK(testing::errors<Breadth>("match = 'about'").size() == 1);
}
