#include <nlohmann/json.hpp>

#include <fstream>

#include "runtime/metrics_json.hpp"
#include "runtime/run_history.hpp"
#include "tsflow/error.hpp"

#include <fmt/format.h>

namespace tsflow {
namespace {

std::filesystem::path file_in(const std::filesystem::path& state_dir) {
    return state_dir / "runs.jsonl";
}

}  // namespace

void append_run(const std::filesystem::path& state_dir, const RunRecord& run) {
    const std::filesystem::path path = file_in(state_dir);
    std::ofstream file(path, std::ios::app);
    file << fmt::format(R"({{"started":"{}","version":{},"fingerprint":{},"file":{}}})",
                        format_timestamp(run.started), json_string(run.version),
                        json_string(run.fingerprint), json_string(run.file))
         << '\n'
         << std::flush;
    if (!file) {
        throw Error(fmt::format("'{}' cannot be written", path.string()));
    }
}

std::vector<RunRecord> read_runs(const std::filesystem::path& state_dir) {
    std::vector<RunRecord> runs;
    std::ifstream file(file_in(state_dir));
    for (std::string line; std::getline(file, line);) {
        const auto json = nlohmann::json::parse(line, nullptr, false);
        if (!json.is_object()) {
            continue;
        }
        const auto started = parse_timestamp(json.value("started", ""));
        if (started) {
            runs.push_back({*started, json.value("version", ""), json.value("fingerprint", ""),
                            json.value("file", "")});
        }
    }
    return runs;
}

const RunRecord* run_at(const std::vector<RunRecord>& runs, Timestamp time) {
    const RunRecord* found = nullptr;
    for (const RunRecord& run : runs) {
        if (run.started <= time) {
            found = &run;
        }
    }
    return found;
}

}  // namespace tsflow
