#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "tsflow/batch.hpp"

namespace tsflow::bench {

/// What a pass has counted, by name, to show that all count the same market.
using Counts = std::map<std::string, std::int64_t>;

/// The same market as tables in files, and what other programs take to tell its state by one pass over them.
class Passes {
public:
    explicit Passes(const std::filesystem::path& folder);

    /// A session's bars; the newest session last.
    void add_history(const Batch& bars);
    /// A minute's bars of the session that is running.
    void add_minute(const Batch& bars);

    /// Runs DuckDB and pandas, prints what they take beside `ours`, in seconds, and judges. False when one of
    /// them counts something else.
    bool compare(double ours, const Counts& counts);

private:
    void add(std::ofstream& file, int time, const Batch& bars);
    bool compare_with(const std::string& name, const std::string& command, double ours,
                      const Counts& counts, double times);

    std::filesystem::path folder_;
    std::ofstream history_;
    std::ofstream minutes_;
    int sessions_ = 0;
    int minute_ = 0;
};

}  // namespace tsflow::bench
