#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/metrics.hpp"

namespace tsflow::bench {

inline constexpr int runs = 5;

double median(std::vector<double> values);
/// Seconds of wall time.
double seconds(const std::function<void()>& work);
/// The median ratio a / b and both medians, of `runs` pairs run in turn, so that a machine whose speed
/// drifts does not favour either.
struct Paired {
    double a = 0, b = 0, ratio = 0;
};
Paired paired(const std::function<double()>& a, const std::function<double()>& b);

/// Runs a pipeline in this process to its end; its figures. Throws Error when it fails.
PipelineMetrics run_pipeline(const std::string& toml);

/// One line of the report, `ok` or `MISSED` against the bound.
void report(const std::string& what, double value, const std::string& unit, double bound,
            bool at_least);
void report_plain(const std::string& what, double value, const std::string& unit);

/// True when every bound that this process reported was met.
bool all_met();

/// The parts of a benchmark: runs those that the command line names, or all, each in a process of its own,
/// and returns the exit code.
using Parts = std::vector<std::pair<std::string_view, void (*)()>>;
int run_parts(int argc, char** argv, const Parts& parts);

/// A folder that is removed at the end of the program.
const std::filesystem::path& scratch();

// The parts of the benchmark.
void hops();
void boundary();
void flat_files();
void sqlite();
void memory();
void peers();

}  // namespace tsflow::bench
