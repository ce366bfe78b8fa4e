#include "runtime/probe.hpp"

#include <chrono>

#include "runtime/node_context.hpp"
#include "runtime/system_clock.hpp"
#include "tsflow/error.hpp"

namespace tsflow {
void probe(Plan& plan, Diagnostics& diagnostics) {
    Log log(LogFormat::text, Level::error, [](std::string_view) {});
    const SystemClock clock;
    RunControl control;
    for (const PlannedNode& node : plan.nodes) {
        const NodeSpec& spec = node.spec;
        DeadLetters dead_letters(spec.path, std::nullopt);
        NodeContext context(spec.path, plan.pipeline.name, log, clock, control.state(),
                            dead_letters);
        try {
            node.node->probe(context);
        } catch (const std::exception& error) {
            diagnostics.error(spec.at, spec.path, error.what());
        }
    }
}

}  // namespace tsflow
