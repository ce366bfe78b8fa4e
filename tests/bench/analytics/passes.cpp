#include "passes.hpp"

#include <cstdio>
#include <iterator>
#include <memory>
#include <sstream>

#include <fmt/format.h>

#include "measure.hpp"
#include "tsflow/symbol.hpp"

namespace tsflow::bench {

namespace {

/// All that a command prints; empty when it fails.
std::string output_of(const std::string& command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
    std::string text;
    char part[256];
    while (pipe && std::fgets(part, sizeof part, pipe.get()) != nullptr) {
        text += part;
    }
    return text;
}

}  // namespace

Passes::Passes(const std::filesystem::path& folder)
    : folder_(folder), history_(folder / "history.csv"), minutes_(folder / "minutes.csv") {
    for (std::ofstream* file : {&history_, &minutes_}) {
        *file << "symbol,time,open,high,low,close,volume\n";
    }
}

void Passes::add_history(const Batch& bars) {
    add(history_, ++sessions_, bars);
}

void Passes::add_minute(const Batch& bars) {
    add(minutes_, minute_++, bars);
}

void Passes::add(std::ofstream& file, int time, const Batch& bars) {
    const auto symbols = bars.column<Symbol>(0);
    fmt::memory_buffer text;
    for (std::size_t row = 0; row < bars.rows(); ++row) {
        // Without the S of its name: a number, which is quickest for everyone.
        fmt::format_to(std::back_inserter(text), "{},{}", symbols[row].text().substr(1), time);
        for (std::size_t column = 2; column < 7; ++column) {
            fmt::format_to(std::back_inserter(text), ",{}", bars.column<double>(column)[row]);
        }
        text.push_back('\n');
    }
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
}

bool Passes::compare_with(const std::string& name, const std::string& command, double ours,
                          const Counts& counts, double times) {
    std::istringstream lines(output_of(command));
    std::string kind;
    std::string what;
    double value = 0;
    bool ran = false;
    bool right = true;
    while (lines >> kind >> what >> value) {
        if (kind == "count") {
            const auto found = counts.find(what);
            if (found == counts.end() || static_cast<double>(found->second) != value) {
                fmt::print("MISSED: {} counts {} {}, the nodes {}\n", name, value, what,
                           found == counts.end() ? -1 : found->second);
                right = false;
            }
            continue;
        }
        ran = true;
        report_plain(fmt::format("  {}, {}", name, what), value, "ms");
        const double ratio = value / 1e3 / ours;
        if (times > 0 && what == "whole") {
            report("all analytics, times as fast as that pass", ratio, "times", times, true);
        } else {
            report_plain("    times that the analytics take", ratio, "times");
        }
    }
    if (!ran) {
        fmt::print("left out: {} did not run; see the folder of prepare.sh\n", name);
    }
    return right;
}

bool Passes::compare(double ours, const Counts& counts) {
    history_.close();
    minutes_.close();
    const std::string work = TSFLOW_BENCH_WORK;
    const std::string here = TSFLOW_BENCH_SOURCE;
    bool right = compare_with(
        "DuckDB", fmt::format("cd '{}' 2>/dev/null && node pass.mjs '{}'", work, folder_.string()),
        ours, counts, 3);
    // Debian's own Python has Debian's packages; another that comes first on the PATH may not.
    right = compare_with("pandas",
                         fmt::format("/usr/bin/python3 '{}/pass.py' '{}'", here, folder_.string()),
                         ours, counts, 0) &&
            right;
    return right;
}

}  // namespace tsflow::bench
