#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tsflow/time.hpp"

namespace tsflow {

/// One start of a pipeline, as it is remembered in its `state_dir`.
struct RunRecord {
    Timestamp started{};
    std::string version;      ///< of tsflow
    std::string fingerprint;  ///< of the configuration
    std::string file;
};

/// Adds a line to `state_dir/runs.jsonl`. Throws Error when that cannot be written.
void append_run(const std::filesystem::path& state_dir, const RunRecord& run);
/// All starts, oldest first; a line that is cut or unknown is passed over. Empty when there are none.
std::vector<RunRecord> read_runs(const std::filesystem::path& state_dir);
/// The run that was going on at `time`: the last one that had started; null when none had.
const RunRecord* run_at(const std::vector<RunRecord>& runs, Timestamp time);

}  // namespace tsflow
