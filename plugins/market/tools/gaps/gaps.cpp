#include "gaps/gaps.hpp"

#include <filesystem>
#include <string>

#include "cli/load.hpp"
#include "runtime/state_dir.hpp"
#include "tsflow/error.hpp"

namespace tsflow::massive {
namespace {

constexpr std::string_view file_name = "gaps.sqlite";

/// What is wrong with the nodes, such as a variable that is not set here, does not keep anyone from
/// looking at the ledger; `tsflow validate` tells it.
bool of_nodes(const Diagnostic& problem) {
    const std::string section = problem.path.substr(0, problem.path.find('.'));
    return section == "sources" || section == "transforms" || section == "sinks";
}

/// The pipeline file as far as it must be right here.
PipelineSpec pipeline_of(const cli::FileArgs& args) {
    cli::Parsed parsed = cli::parse(args);
    for (const Diagnostic& problem : parsed.diagnostics.sorted()) {
        if (problem.severity == Severity::error && !of_nodes(problem)) {
            const std::string at = problem.at.line > 0 ? ":" + std::to_string(problem.at.line) : "";
            const std::string key = problem.path.empty() ? "" : problem.path + ": ";
            throw ConfigError(args.file.string() + at + ": " + key + problem.message);
        }
    }
    if (!parsed.spec.state_dir) {
        throw ConfigError(args.file.string() +
                          ": the pipeline has no state_dir, so its sources keep no ledger of gaps; "
                          "set 'state_dir' in [pipeline]");
    }
    return std::move(parsed.spec);
}

}  // namespace

std::vector<SourceGaps> read_ledgers(const cli::FileArgs& pipeline, const GapFilter& filter) {
    const PipelineSpec spec = pipeline_of(pipeline);
    std::vector<SourceGaps> sources;
    std::string looked_for;
    for (const NodeSpec& node : spec.nodes) {
        if (node.kind != NodeKind::source) {
            continue;
        }
        const std::filesystem::path file = node_folder(*spec.state_dir, node.path) / file_name;
        std::error_code ignored;
        if (std::filesystem::exists(file, ignored)) {
            sources.push_back({node.path, read_gaps(file, filter)});
        } else {
            looked_for += "\n  " + file.string();
        }
    }
    if (sources.empty()) {
        throw Error(
            pipeline.file.string() +
            ": no source of this pipeline has a ledger of gaps; sources of type 'massive' make "
            "one in their first run. Looked for:" +
            looked_for);
    }
    return sources;
}

}  // namespace tsflow::massive
