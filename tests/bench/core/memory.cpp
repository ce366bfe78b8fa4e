// Peak memory of whole processes over ten-thousands and ten millions of rows.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.hpp"

namespace tsflow::bench {
namespace {

/// Peak resident memory, MB, of `tsflow run FILE`.
double peak_mb(const std::string& toml) {
    const std::filesystem::path file = scratch() / "memory.toml";
    std::ofstream(file) << toml;
    const pid_t child = ::fork();
    if (child == 0) {
        if (std::freopen("/dev/null", "w", stderr) == nullptr) {
            ::_exit(127);
        }
        ::execl(TSFLOW_PROGRAM, "tsflow", "run", file.c_str(), "--log-level", "error",
                "--log-format", "json", static_cast<char*>(nullptr));
        ::_exit(127);
    }
    int status = 0;
    rusage usage{};
    if (::wait4(child, &status, 0, &usage) != child || status != 0) {
        throw std::runtime_error("the run for its memory failed");
    }
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

std::string pipeline(std::uint64_t rows) {
    return fmt::format(
        "[sources.s]\ntype = 'generator'\nrows = {}\n"
        "[transforms.f]\ntype = 'filter'\ninputs = ['s']\nwhere = 'close > open'\n"
        "[sinks.a]\ntype = 'blackhole'\ninputs = ['f']\n"
        "[sinks.b]\ntype = 'csv'\ninputs = ['f']\npath = '{}'\n",
        rows, (scratch() / "memory.csv").string());
}

/// A folder of `days` files that are all the same one under other names.
std::string flat_files_of(int days) {
    const std::filesystem::path folder = scratch() / fmt::format("same-{}", days);
    std::filesystem::create_directories(folder);
    const std::filesystem::path first = folder / "1000-01-01.csv";
    std::string text = "ticker,volume,open,close,high,low,window_start,transactions\n";
    for (int row = 0; row < 100'000; ++row) {
        text += fmt::format("SYN{:05},{},10.5,10.25,10.75,10.01,{},5\n", row % 10'000, row,
                            1'514'869'200'000'000'000 + row * 60'000'000'000);
    }
    std::ofstream(first) << text;
    for (int day = 1; day < days; ++day) {
        std::filesystem::create_hard_link(first,
                                          folder / fmt::format("{:04}-01-01.csv", 1000 + day));
    }
    return fmt::format(
        "[sources.s]\ntype = 'flat_file'\npath = '{}'\n"
        "[sinks.a]\ntype = 'blackhole'\ninputs = ['s']\n",
        folder.string());
}

}  // namespace

void memory() {
    const double small = peak_mb(pipeline(100'000));
    const double large = peak_mb(pipeline(10'000'000));
    report_plain("generator → filter → blackhole, csv: peak at 10⁵ rows", small, "MB");
    report("… growth to 10⁷ rows", std::abs(large - small), "MB", 10, false);
    const double few = peak_mb(flat_files_of(1));
    const double many = peak_mb(flat_files_of(100));
    report_plain("flat_file → blackhole: peak at 10⁵ rows", few, "MB");
    report("… growth to 10⁷ rows", std::abs(many - few), "MB", 10, false);
}

}  // namespace tsflow::bench
