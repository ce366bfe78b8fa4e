// Against the days of the real flat files, when they are there: $TSFLOW_DATA, or ../shared/data beside
// the project.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "calendar/calendar.hpp"

using namespace tsflow;
using namespace tsflow::market;

namespace {

namespace fs = std::filesystem;

/// The days in the names of the files below `folder`, in order.
std::vector<Date> days_of_files(const fs::path& folder) {
    constexpr std::size_t length = std::string_view{"2016-04-15"}.size();
    std::vector<Date> days;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            const auto day = parse_date(entry.path().filename().string().substr(0, length));
            REQUIRE(day);
            days.push_back(*day);
        }
    }
    std::sort(days.begin(), days.end());
    return days;
}

}  // namespace

TEST_CASE("the days of the real files are the trading days of their spans") {
    fs::path root;
    if (const char* data = std::getenv("TSFLOW_DATA")) {
        root = data;
    } else if (const char* source = std::getenv("TSFLOW_SOURCE_DIR")) {
        root = fs::path{source} / "../shared/data";
    }
    root /= "us_stocks_sip";
    if (!fs::is_directory(root)) {
        WARN("skipped: there is no real market data; set TSFLOW_DATA to its folder");
        return;
    }
    const auto check = [&](const char* folder, std::size_t sessions) {
        CAPTURE(folder);
        const std::vector<Date> days = days_of_files(root / folder);
        CHECK(days.size() == sessions);
        CHECK(days == Calendar::us_equities().trading_days(days.front(), days.back()));
    };
    check("day_aggs_v1", 831);
    check("minute_aggs_v1/2011", 23);
    check("minute_aggs_v1/2016", 21);
}
