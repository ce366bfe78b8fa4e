#include "threshold_bars.hpp"

#include <catch2/catch.hpp>

#include "driven.hpp"

using namespace tsflow;
using namespace tsflow::market;
using sentiment::ThresholdBars;

namespace {

const std::vector<std::string> segments{"significant_decline", "minor_decline", "minor_advance",
                                        "significant_advance"};

class Market : public Driven<ThresholdBars> {
public:
    explicit Market(const std::string& toml) : Driven(toml, {"bars", "daily"}) {
        clock("2020-01-01T00:00:00Z");
        for (const char* day : {"2016-04-13", "2016-04-14"}) {
            for (const char* symbol : {"A", "B", "C", "D", "F"}) {
                give(std::string{symbol} + " " + day + "T04:00:00Z 100 100 100 100 1", 1);
            }
        }
        finish_input(1);
        give(R"(
            A 2016-04-15T13:30:00Z 89  89  89  89  1
            B 2016-04-15T13:30:00Z 90  90  90  90  1
            C 2016-04-15T13:30:00Z 100 100 100 100 1
            D 2016-04-15T13:30:00Z 120 120 120 120 1
            E 2016-04-15T13:30:00Z 7   7   7   7   1)");
        watermark("2016-04-15T13:31:00Z");
    }
};

}  // namespace

TEST_CASE("members fall into four segments as worked by hand") {
    Market market("publish_every = '0s'\nsymbols = ['A', 'B', 'C', 'D', 'E', 'F']");
    const Batch row = market.fresh();
    // Exactly the threshold is a minor decline and a significant advance, no change a minor advance.
    CHECK(lines(row, segments) == "1 1 1 1\n");
    CHECK(lines(row, {"n_members", "n_eligible", "n_reporting"}) == "6 5 4\n");
    CHECK(lines(row, {"significant_decline_pct", "decline_pct", "advance_pct"}) == "25 50 50\n");
    market.give("A 2016-04-15T13:31:00Z 111 111 111 111 1");
    market.watermark("2016-04-15T13:32:00Z");
    CHECK(lines(market.fresh(), segments) == "0 1 1 2\n");
}

TEST_CASE("over more sessions than there are nobody is eligible, and all is null") {
    Market market("publish_every = '0s'\nsessions = 3");
    CHECK(lines(market.rows(), segments) == "null null null null\n");
    CHECK(lines(market.rows(), {"n_eligible", "decline_pct"}) == "0 null\n");
}

TEST_CASE("threshold_bars keeps what every node promises") {
    testing::Sample sample;
    sample.toml = "publish_every = '0s'\nthreshold = 0.01";
    for (const char* day : {"2016-04-13", "2016-04-14", "2016-04-15"}) {
        for (const char* time : {"T13:30:00Z", "T13:31:00Z"}) {
            const std::string at = std::string{day} + time;
            sample.batches.push_back(bars("A " + at + " 10 10 10 10 1\nB " + at + " 11 12 9 " +
                                          (at.back() == 'Z' ? "9" : "12") + " 1\nA " + at +
                                          " 10 11 10 11 1"));
        }
    }
    CHECK(testing::conformance<ThresholdBars>(sample) == std::vector<std::string>{});
}
