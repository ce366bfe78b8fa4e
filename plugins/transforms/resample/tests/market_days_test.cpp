// Real minutes into days of New York, against day values that this file computes by its own rules: a
// trading day's file is a day, and rows are read as text.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "resample.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using resample::Resample;

namespace {

struct Minute {
    std::string symbol;
    std::int64_t start = 0;
    double volume = 0, open = 0, close = 0, high = 0, low = 0;
};

/// A day's open, high, low and close in cents, and its volume.
struct Day {
    long open = 0, high = 0, low = 0, close = 0;
    double volume = 0;
    bool operator==(const Day&) const = default;
};

std::filesystem::path data_folder() {
    const char* given = std::getenv("TSFLOW_DATA");
    const char* root = std::getenv("TSFLOW_SOURCE_DIR");
    return given != nullptr
               ? std::filesystem::path{given}
               : std::filesystem::path{root == nullptr ? "." : root} / "../shared/data";
}

std::string inflate(const std::filesystem::path& path) {
    const std::string command = "gzip -dc '" + path.string() + "'";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"),
                                                               &pclose);
    std::string text;
    std::vector<char> buffer(1 << 16);
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
        text.append(buffer.data(), size);
    }
    return text;
}

// Columns: ticker,volume,open,close,high,low,window_start,transactions.
std::vector<Minute> read(const std::filesystem::path& path) {
    std::istringstream lines(inflate(path));
    std::vector<Minute> minutes;
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        std::vector<std::string> cells;
        std::istringstream rest(line);
        for (std::string cell; std::getline(rest, cell, ',');) {
            cells.push_back(cell);
        }
        minutes.push_back({cells.at(0), std::stoll(cells.at(6)), std::stod(cells.at(1)),
                           std::stod(cells.at(2)), std::stod(cells.at(3)), std::stod(cells.at(4)),
                           std::stod(cells.at(5))});
    }
    return minutes;
}

long cents(double price) {
    return std::lround(price * 100);
}

using Days = std::map<std::string, Day>;  // by New York's date, which is the file's name

struct Month {
    Days days;
    std::vector<Minute> minutes;
};

Month read_months(const std::vector<std::string>& folders) {
    Month month;
    std::vector<std::filesystem::path> files;
    for (const std::string& folder : folders) {
        const auto path = data_folder() / "us_stocks_sip/minute_aggs_v1" / folder;
        if (!std::filesystem::is_directory(path)) {
            return {};
        }
        for (const auto& entry : std::filesystem::directory_iterator(path)) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
        std::vector<Minute> minutes = read(file);
        REQUIRE(!minutes.empty());
        const auto by_start = [](const Minute& a, const Minute& b) { return a.start < b.start; };
        std::sort(minutes.begin(), minutes.end(), by_start);
        Day day{cents(minutes.front().open), cents(minutes.front().high),
                cents(minutes.front().low), cents(minutes.back().close), 0};
        for (const Minute& minute : minutes) {
            day.high = std::max(day.high, cents(minute.high));
            day.low = std::min(day.low, cents(minute.low));
            day.volume += minute.volume;
        }
        month.days[file.filename().string().substr(0, 10)] = day;
        month.minutes.insert(month.minutes.end(), minutes.begin(), minutes.end());
    }
    return month;
}

Batch batch_of(const std::vector<Minute>& minutes) {
    BatchBuilder builder(testing::schema(
        "symbol:symbol/key timestamp:timestamp/key/event_time open:float64[USD] high:float64[USD] "
        "low:float64[USD] close:float64[USD] volume:float64[shares] transactions:int64?[count]"));
    for (const Minute& minute : minutes) {
        builder.push(0, std::string_view{minute.symbol});
        builder.push(1, Timestamp{Duration{minute.start}});
        builder.push(2, minute.open);
        builder.push(3, minute.high);
        builder.push(4, minute.low);
        builder.push(5, minute.close);
        builder.push(6, minute.volume);
        builder.push_null(7);
    }
    return builder.finish();
}

Days resampled(const std::vector<Minute>& minutes, std::vector<Timestamp>& starts) {
    auto node = testing::make<Resample>("every = '1d'\ntimezone = 'America/New_York'");
    const Batch out = testing::run(*node, {batch_of(minutes)});
    Days days;
    for (std::size_t row = 0; row < out.rows(); ++row) {
        const Timestamp start = out.column<Timestamp>(1)[row];
        starts.push_back(start);
        // Midnight in New York is at 04:00 or 05:00 UTC, so UTC's date is New York's.
        days[format_timestamp(start).substr(0, 10)] =
            Day{cents(out.column<double>(2)[row]), cents(out.column<double>(3)[row]),
                cents(out.column<double>(4)[row]), cents(out.column<double>(5)[row]),
                out.column<double>(6)[row]};
        CHECK(out.is_null(7, row));
    }
    return days;
}

}  // namespace

TEST_CASE("21 sessions of MSFT minutes make 21 days, right to the cent") {
    const Month month = read_months({"2016/04", "2016/05"});
    if (month.minutes.empty()) {
        WARN("skipped: no market data in " << data_folder() << "; set TSFLOW_DATA");
        return;
    }
    REQUIRE(month.minutes.size() == 8211);
    std::vector<Timestamp> starts;
    CHECK((resampled(month.minutes, starts) == month.days));
    CHECK(starts.size() == 21);
}

TEST_CASE("23 sessions of SPY minutes make 23 days over the change of the clock") {
    const Month month = read_months({"2011/03"});
    if (month.minutes.empty()) {
        WARN("skipped: no market data in " << data_folder() << "; set TSFLOW_DATA");
        return;
    }
    REQUIRE(month.minutes.size() == 17577);
    std::vector<Timestamp> starts;
    CHECK((resampled(month.minutes, starts) == month.days));
    REQUIRE(starts.size() == 23);
    // Friday before and Monday after 2011-03-13.
    CHECK(std::count(starts.begin(), starts.end(), *parse_timestamp("2011-03-11T05:00:00Z")) == 1);
    CHECK(std::count(starts.begin(), starts.end(), *parse_timestamp("2011-03-14T04:00:00Z")) == 1);
}
