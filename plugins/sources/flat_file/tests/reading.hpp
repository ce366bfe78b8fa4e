#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "flat_file.hpp"
#include "market/bar.hpp"
#include "temp_folder.hpp"
#include "tsflow/testing.hpp"

/// What the tests of the whole source share: files of a few rows, and a source that reads them.
namespace tsflow::flat_file {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t day = 86'400 * second;
constexpr std::int64_t april_15 = 16'906 * day;  // 2016-04-15T00:00:00Z

inline std::string row(const std::string& ticker, std::int64_t time, double close = 1) {
    return ticker + ",100,1," + std::to_string(close) + ",1,1," + std::to_string(time) + ",\n";
}

/// Two symbols of one day, ordered by ticker and then by time as the vendor's files are.
inline std::string day_of(std::int64_t start, int minutes = 5) {
    std::string text{header};
    for (const char* ticker : {"MSFT", "SPY"}) {
        for (int i = 0; i < minutes; ++i) {
            text += row(ticker, start + i * 60 * second, i + 0.25);
        }
    }
    return text;
}

inline void plant(const TempFolder& folder) {
    folder.write("2016/04/2016-04-15.csv.gz", gzip(day_of(april_15)));
    folder.write("2016/04/2016-04-18.csv", day_of(april_15 + 3 * day));
    folder.write("2016/05/2016-05-02.csv.gz", gzip(day_of(april_15 + 17 * day)));
}

inline std::string options(const std::filesystem::path& path, const std::string& more = {}) {
    return "path = '" + path.string() + "'\n" + more;
}

/// A source that is open, and what it gave.
struct Reading {
    explicit Reading(const std::string& toml) : source(testing::make<FlatFile>(toml)) {
        source->open(context);
    }
    ~Reading() { source->close(); }

    Poll poll() { return source->poll(out, Millis{10}); }
    void finish() {
        while (poll() != Poll::done) {
        }
    }
    Batch rows() const { return out.all(market::bar_schema()); }
    std::string position() const {
        StateWriter state;
        source->position(state);
        return state.bytes();
    }
    void resume(const std::string& position) {
        StateReader state(position);
        source->resume(state);
    }

    testing::TestContext context;
    testing::CollectingEmitter out;
    std::unique_ptr<FlatFile> source;
};

inline Batch all_rows(const std::string& toml) {
    Reading reading(toml);
    reading.finish();
    return reading.rows();
}

inline std::vector<std::size_t> batch_sizes(const Reading& reading) {
    std::vector<std::size_t> sizes;
    for (const auto& [port, batch] : reading.out.batches) {
        sizes.push_back(batch.rows());
    }
    return sizes;
}

inline std::vector<std::string> watermarks(const Reading& reading) {
    std::vector<std::string> texts;
    for (const Timestamp time : reading.out.watermarks) {
        texts.push_back(format_timestamp(time));
    }
    return texts;
}

using Sizes = std::vector<std::size_t>;
using Texts = std::vector<std::string>;

}  // namespace tsflow::flat_file
