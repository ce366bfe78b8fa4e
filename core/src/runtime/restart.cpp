#include "runtime/restart.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tsflow/error.hpp"

namespace tsflow {

void check_fits(const StoredCheckpoint& checkpoint, const Plan& plan, Log& log) {
    const std::string remedy = fmt::format(
        "; undo the change, or remove the state_dir '{}' to start the pipeline from the beginning",
        plan.pipeline.state_dir->string());
    for (const auto& [path, state] : checkpoint.nodes) {
        const auto is_here = [&path = path](const PlannedNode& n) { return n.spec.path == path; };
        const auto node = std::find_if(plan.nodes.begin(), plan.nodes.end(), is_here);
        if (node == plan.nodes.end()) {
            if (!state.bytes.empty()) {
                throw Error(
                    fmt::format("the last checkpoint holds the state of '{}', which the "
                                "pipeline file no longer has{}",
                                path, remedy));
            }
        } else if (node->spec.type != state.type && !state.bytes.empty()) {
            throw Error(
                fmt::format("'{}' was of type '{}' at the last checkpoint and is '{}' now{}", path,
                            state.type, node->spec.type, remedy));
        }
    }
    for (const PlannedNode& node : plan.nodes) {
        if (!checkpoint.nodes.contains(node.spec.path)) {
            log(Level::warning, node.spec.path,
                "is new since the last checkpoint: it sees only what comes from now on");
        }
    }
}

}  // namespace tsflow
