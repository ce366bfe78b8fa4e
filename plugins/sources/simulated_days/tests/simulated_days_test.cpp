#include <catch2/catch.hpp>
#include <chrono>
#include <set>
#include <string>

#include "bar_source.hpp"
#include "market/bar.hpp"
#include "simulated_days.hpp"
#include "tsflow/record.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace std::chrono_literals;
using market::Bar;
using simulated_days::SimulatedDays;

namespace {

const std::string two =
    "seed = 42\nbefore = 2025-11-29\nsessions = 4\nuniverses = []\nsymbols = [\"SPY\", \"AAPL\"]\n";

}  // namespace

TEST_CASE("the source keeps what every source promises") {
    CHECK(testing::conformance<SimulatedDays>({two, {}, {}}) == std::vector<std::string>{});
}

TEST_CASE("there is a bar of each ticker for each trading day before the given one") {
    const Batch batch = testing::drain(*testing::make<SimulatedDays>(two));
    std::vector<std::string> rows;
    for (const Bar& bar : tsflow::rows<Bar>(batch)) {
        rows.push_back(std::string{bar.symbol.text()} + " " + format_timestamp(bar.timestamp));
    }
    // The 27th was Thanksgiving; midnight in New York is 05:00 UTC in winter.
    CHECK(rows == std::vector<std::string>{"AAPL 2025-11-24T05:00:00Z", "SPY 2025-11-24T05:00:00Z",
                                           "AAPL 2025-11-25T05:00:00Z", "SPY 2025-11-25T05:00:00Z",
                                           "AAPL 2025-11-26T05:00:00Z", "SPY 2025-11-26T05:00:00Z",
                                           "AAPL 2025-11-28T05:00:00Z",
                                           "SPY 2025-11-28T05:00:00Z"});
}

TEST_CASE("a day opens and closes as the simulator plays it, also one that closes early") {
    const Batch batch = testing::drain(*testing::make<SimulatedDays>(two));
    massive_sim::SimulatorOptions options;
    options.seed = 42;
    const auto played = massive_sim::make_synthetic(options);
    const auto minute = [&](const char* ticker, const char* time) {
        return *played->bar(*played->symbol(ticker),
                            std::chrono::floor<std::chrono::minutes>(*parse_timestamp(time))
                                .time_since_epoch()
                                .count());
    };
    std::size_t checked = 0;
    for (const Bar& bar : tsflow::rows<Bar>(batch)) {
        CHECK(bar.low <= std::min(bar.open, bar.close));
        CHECK(bar.high >= std::max(bar.open, bar.close));
        CHECK(bar.volume > 0);
        const std::string day = format_timestamp(bar.timestamp).substr(0, 10);
        if (bar.symbol.text() == "SPY" && (day == "2025-11-26" || day == "2025-11-28")) {
            const bool early = day == "2025-11-28";  // until 13:00
            CHECK(bar.open == minute("SPY", (day + "T14:30:00Z").c_str()).open);
            CHECK(bar.close ==
                  minute("SPY", (day + (early ? "T17:59:00Z" : "T20:59:00Z")).c_str()).close);
            ++checked;
        }
    }
    CHECK(checked == 2);
}

TEST_CASE("tickers come from universes and from the list, each once") {
    const Batch batch = testing::drain(
        *testing::make<SimulatedDays>("before = 2025-11-04\nsessions = 1\nuniverses = "
                                      "[\"dow30\"]\nsymbols = [\"SPY\", \"AAPL\"]"));
    std::set<std::string> tickers;
    for (const Bar& bar : tsflow::rows<Bar>(batch)) {
        tickers.emplace(bar.symbol.text());
    }
    CHECK(tickers.size() == batch.rows());
    CHECK(tickers.size() == 31);  // AAPL is one of the 30
}

TEST_CASE("mistakes in the options are named") {
    using Problems = std::vector<std::string>;
    CHECK(testing::errors<SimulatedDays>("before = 2025-11-04\nuniverses = []") ==
          Problems{"simulated_days.universes: neither universes nor symbols are given"});
    CHECK(testing::errors<SimulatedDays>("before = 1998-02-01\nsymbols = [\"A\"]") ==
          Problems{"simulated_days.before: the calendar reaches from 1998-01-01 to 2037-12-31, and "
                   "`sessions` days "
                   "before 1998-02-01 are not all in it"});
}
