#include "bytes.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <zlib.h>

#include "measure.hpp"

namespace tsflow::bench {
namespace {

template <class T>
T number(const char*& at, const char* end) {
    T value{};
    at = std::from_chars(at, end, value).ptr + 1;
    return value;
}

template <class Each>
std::uint64_t parse_lines(const char* at, const char* end, Each&& each) {
    std::uint64_t rows = 0;
    at = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at))) + 1;
    while (at < end) {
        const auto* line_end =
            static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
        line_end = line_end == nullptr ? end : line_end;
        const auto* comma =
            static_cast<const char*>(std::memchr(at, ',', static_cast<std::size_t>(line_end - at)));
        PlainBar bar;
        bar.ticker = {at, static_cast<std::size_t>(comma - at)};
        at = comma + 1;
        bar.volume = number<double>(at, line_end);
        bar.open = number<double>(at, line_end);
        bar.close = number<double>(at, line_end);
        bar.high = number<double>(at, line_end);
        bar.low = number<double>(at, line_end);
        bar.window_start = number<std::int64_t>(at, line_end);
        each(bar);
        ++rows;
        at = line_end + 1;
    }
    return rows;
}

std::string inflate_whole(const std::filesystem::path& path) {
    gzFile file = ::gzopen(path.c_str(), "rb");
    if (file == nullptr) {
        throw std::runtime_error("cannot open " + path.string());
    }
    ::gzbuffer(file, 256 * 1024);
    std::string text;
    std::size_t size = 0;
    for (int got = 1; got > 0; size += static_cast<std::size_t>(got)) {
        text.resize(size + 256 * 1024);
        got = ::gzread(file, text.data() + size, 256 * 1024);
    }
    ::gzclose(file);
    text.resize(size);
    return text;
}

void write_synthetic(const std::filesystem::path& folder) {
    std::uint32_t random = 1;
    for (int day = 1; day <= 28; ++day) {
        std::string text = "ticker,volume,open,close,high,low,window_start,transactions\n";
        for (int symbol = 0; symbol < 15'000; ++symbol) {
            random = random * 1664525 + 1013904223;
            const double price = 10 + static_cast<double>(random >> 12) / 1000;
            text += fmt::format("SYN{:05},{},{:.2f},{:.2f},{:.2f},{:.2f},{},\n", symbol,
                                random >> 8, price, price + 0.1, price + 0.5, price - 0.5,
                                1'514'869'200'000'000'000 + day * 86'400'000'000'000);
        }
        gzFile file = ::gzopen((folder / fmt::format("2018-01-{:02}.csv.gz", day)).c_str(), "wb");
        ::gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
        ::gzclose(file);
    }
}

}  // namespace

std::uint64_t read_plainly(const std::vector<std::filesystem::path>& files,
                           const std::function<void(const PlainBar&)>& each) {
    std::uint64_t rows = 0;
    for (const auto& file : files) {
        const std::string text = inflate_whole(file);
        rows += parse_lines(text.data(), text.data() + text.size(), each);
    }
    return rows;
}

double sum_plainly(const std::vector<std::filesystem::path>& files, std::uint64_t& rows) {
    double sum = 0;
    rows = 0;
    for (const auto& file : files) {
        const std::string text = inflate_whole(file);
        rows += parse_lines(text.data(), text.data() + text.size(), [&sum](const PlainBar& bar) {
            sum += bar.open + bar.high + bar.low + bar.close + bar.volume +
                   static_cast<double>(bar.window_start) + static_cast<double>(bar.ticker.size());
        });
    }
    return sum;
}

std::vector<std::filesystem::path> day_files(std::filesystem::path& folder) {
    const char* data = std::getenv("TSFLOW_DATA");
    folder = std::filesystem::path(data != nullptr ? data : "../shared/data") / "us_stocks_sip" /
             "day_aggs_v1";
    if (!std::filesystem::is_directory(folder)) {
        fmt::print("(the real day files are not there; synthetic ones instead)\n");
        folder = scratch() / "days";
        if (std::filesystem::create_directories(folder)) {
            write_synthetic(folder);
        }
    }
    folder = std::filesystem::canonical(folder);
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace tsflow::bench
