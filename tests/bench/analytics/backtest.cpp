// Twenty years of daily bars of about 500 symbols through pipelines/backtest.toml, file by file to the SQLite tables.
// DERIVED: the real days of the test data, over and over, on the trading days of twenty years.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <zlib.h>

#include "analytics.hpp"
#include "calendar/calendar.hpp"
#include "measure.hpp"
#include "tsflow/error.hpp"

namespace tsflow::bench {
namespace {

namespace fs = std::filesystem;

std::string read_gzip(const fs::path& path) {
    const gzFile file = gzopen(path.c_str(), "rb");
    std::string text;
    char part[1 << 16];
    for (int got = 0; (got = gzread(file, part, sizeof part)) > 0;) {
        text.append(part, static_cast<std::size_t>(got));
    }
    gzclose(file);
    return text;
}

void write_gzip(const fs::path& path, const std::string& text) {
    const gzFile file = gzopen(path.c_str(), "wb1");
    gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
}

std::vector<std::string> real_days(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.path().extension() == ".gz") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    std::vector<std::string> days;
    for (const fs::path& file : files) {
        days.push_back(read_gzip(file));
    }
    return days;
}

/// The same rows with another time in the column `window_start`, the last but one.
std::string at_time(const std::string& day, std::int64_t time, std::size_t& rows) {
    std::string text;
    std::size_t begin = 0;
    while (begin < day.size()) {
        const std::size_t end = std::min(day.find('\n', begin), day.size());
        const std::string_view line(day.data() + begin, end - begin);
        const std::size_t last = line.rfind(',');
        const std::size_t before = line.rfind(',', last - 1);
        if (begin == 0) {
            text.append(line);
        } else {
            text.append(line.substr(0, before + 1))
                .append(std::to_string(time))
                .append(line.substr(last));
            ++rows;
        }
        text.push_back('\n');
        begin = end + 1;
    }
    return text;
}

}  // namespace

void backtest() {
    const char* set = std::getenv("TSFLOW_DATA");
    const fs::path data = set != nullptr ? fs::path(set) : fs::path(TSFLOW_BENCH_DATA);
    const fs::path real = data / "us_stocks_sip" / "day_aggs_v1";
    if (!fs::is_directory(real)) {
        fmt::print("left out: there is no real market data at {}; set TSFLOW_DATA\n",
                   data.string());
        return;
    }
    const fs::path derived = scratch() / "derived";
    const fs::path folder = derived / "us_stocks_sip" / "day_aggs_v1";
    fs::create_directories(folder);
    fs::copy_file(data / "sp500_sectors.csv", derived / "sp500_sectors.csv");
    std::ofstream(derived / "corporate_actions.csv") << "ticker,ex_date,kind,value\n";

    const std::vector<std::string> days = real_days(real);
    const auto dates = market::Calendar::us_equities().trading_days(*parse_date("2002-01-02"),
                                                                    *parse_date("2021-12-31"));
    std::size_t rows = 0;
    for (std::size_t i = 0; i < dates.size(); ++i) {
        const std::int64_t time =
            Timestamp{std::chrono::sys_days{dates[i]}}.time_since_epoch().count();
        write_gzip(folder / (format_date(dates[i]) + ".csv.gz"),
                   at_time(days[i % days.size()], time, rows));
    }
    const std::string command = fmt::format(
        "TSFLOW_DATA='{}' TSFLOW_DATABASE='{}' '{}' run '{}/pipelines/backtest.toml' "
        "--no-progress --log-level error",
        derived.string(), (scratch() / "state.sqlite").string(), TSFLOW_PROGRAM, TSFLOW_SOURCE);
    int status = 0;
    const double time = seconds([&] { status = std::system(command.c_str()); });
    if (status != 0) {
        throw Error("the pipeline of the backtest failed");
    }
    report_plain("twenty years of daily bars, derived from real ones",
                 static_cast<double>(rows) / 1e6, "million");
    report("backtest.toml: their state of the market, stored", time, "s", 20, false);
}

}  // namespace tsflow::bench
