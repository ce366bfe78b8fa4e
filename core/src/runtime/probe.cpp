#include "runtime/probe.hpp"

#include <filesystem>
#include <optional>
#include <system_error>

#include "runtime/node_context.hpp"
#include "runtime/state_dir.hpp"
#include "runtime/system_clock.hpp"
#include "tsflow/error.hpp"

namespace tsflow {
namespace {

/// The node's folder if an earlier run made it: a probe writes nothing.
std::filesystem::path existing_folder(const std::optional<std::filesystem::path>& state_dir,
                                      const std::string& path) {
    if (!state_dir) {
        return {};
    }
    std::filesystem::path folder = node_folder(*state_dir, path);
    std::error_code ignored;
    return std::filesystem::is_directory(folder, ignored) ? folder : std::filesystem::path{};
}

}  // namespace

void probe(Plan& plan, Diagnostics& diagnostics) {
    Log log(LogFormat::text, Level::error, [](std::string_view) {});
    const SystemClock clock;
    RunControl control;
    const LetterRules counted_only;
    for (const PlannedNode& node : plan.nodes) {
        const NodeSpec& spec = node.spec;
        DeadLetters dead_letters(spec.path, counted_only);
        NodeContext context(spec.path, node.inputs, plan.pipeline.name, log, clock, control.state(),
                            dead_letters, existing_folder(plan.pipeline.state_dir, spec.path));
        try {
            node.node->probe(context);
        } catch (const std::exception& error) {
            diagnostics.error(spec.at, spec.path, error.what());
        }
    }
}

}  // namespace tsflow
