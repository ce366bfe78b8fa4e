// Over the real flat files, when they are there: $TSFLOW_DATA, or ../shared/data beside the project.

#include <zlib.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "flat_file.hpp"
#include "market/bar.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace std::chrono_literals;
using flat_file::FlatFile;
using market::Bar;

namespace {

namespace fs = std::filesystem;

/// Nothing, with a message, when the data is not there.
std::optional<fs::path> real_data() {
    fs::path root;
    if (const char* data = std::getenv("TSFLOW_DATA")) {
        root = data;
    } else if (const char* source = std::getenv("TSFLOW_SOURCE_DIR")) {
        root = fs::path{source} / "../shared/data";
    }
    root /= "us_stocks_sip";
    if (!fs::is_directory(root)) {
        WARN("skipped: there is no real market data; set TSFLOW_DATA to its folder");
        return std::nullopt;
    }
    return root;
}

/// One line as the plainest reader there is takes it.
struct PlainRow {
    std::string ticker;
    double volume, open, close, high, low;
    long long window_start;
};

std::vector<PlainRow> read_plainly(const fs::path& path) {
    gzFile file = ::gzopen(path.c_str(), "rb");
    REQUIRE(file != nullptr);
    std::vector<PlainRow> rows;
    char line[1000];
    ::gzgets(file, line, sizeof line);
    REQUIRE(std::string{line} == "ticker,volume,open,close,high,low,window_start,transactions\n");
    while (::gzgets(file, line, sizeof line) != nullptr) {
        std::vector<std::string> fields;
        std::istringstream in{line};
        for (std::string field; std::getline(in, field, ',');) {
            fields.push_back(field);
        }
        const auto number = [&](std::size_t i) {
            return std::strtod(fields.at(i).c_str(), nullptr);
        };
        rows.push_back({fields.at(0), number(1), number(2), number(3), number(4), number(5),
                        std::strtoll(fields.at(6).c_str(), nullptr, 10)});
    }
    ::gzclose(file);
    return rows;
}

/// Reads everything; checks each value against the plain reader, file by file.
std::size_t count_and_compare(const fs::path& path) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());  // all are named by their date

    const auto source = testing::make<FlatFile>("path = '" + path.string() + "'");
    testing::TestContext context;
    testing::CollectingEmitter out;
    source->open(context);
    while (source->poll(out, 10ms) != Poll::done) {
    }
    source->close();
    const Batch batch = out.all(market::bar_schema());
    CHECK(context.rejected.empty());

    const RecordReader<Bar> reader(*batch.schema());
    std::size_t row = 0;
    std::size_t wrong = 0;
    for (const fs::path& file : files) {
        for (const PlainRow& plain : read_plainly(file)) {
            REQUIRE(row < batch.rows());
            const Bar bar = reader.read(batch, row++);
            const bool equal = bar.symbol.text() == plain.ticker && bar.volume == plain.volume &&
                               bar.open == plain.open && bar.close == plain.close &&
                               bar.high == plain.high && bar.low == plain.low &&
                               bar.timestamp.time_since_epoch().count() == plain.window_start &&
                               !bar.transactions;
            wrong += equal ? 0 : 1;
        }
    }
    CHECK(wrong == 0);
    CHECK(row == batch.rows());
    return batch.rows();
}

}  // namespace

TEST_CASE("the real minute files give each of their rows") {
    if (const auto root = real_data()) {
        CHECK(count_and_compare(*root / "minute_aggs_v1/2016") == 8'211);
        CHECK(count_and_compare(*root / "minute_aggs_v1/2011") == 17'577);
    }
}

TEST_CASE("the real day files give each of their rows") {
    if (const auto root = real_data()) {
        CHECK(count_and_compare(*root / "day_aggs_v1") == 415'080);
    }
}

TEST_CASE("real days and symbols are selected") {
    if (const auto root = real_data()) {
        const auto count = [&](const std::string& glob, const std::string& more) {
            return testing::drain(*testing::make<FlatFile>("path = '" + (*root / glob).string() +
                                                           "'\n" + more))
                .rows();
        };
        CHECK(count("minute_aggs_v1", "symbols = ['SPY']") == 17'577);
        CHECK(count("minute_aggs_v1/**/2016-*.csv.gz", "") == 8'211);
        // 09:30 to 16:00 New York, both included.
        CHECK(count("minute_aggs_v1", "from = 2016-04-15\nto = 2016-04-15") == 391);
        CHECK(count("day_aggs_v1", "symbols = ['MSFT']") == 831);
    }
}
