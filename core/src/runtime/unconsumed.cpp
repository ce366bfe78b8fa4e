#include "runtime/unconsumed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tsflow {

bool may_hide_inputs(const Diagnostics& diagnostics) {
    const std::vector<Diagnostic> all = diagnostics.sorted();
    return std::any_of(all.begin(), all.end(), [](const Diagnostic& d) {
        return d.severity == Severity::error &&
               (std::count(d.path.begin(), d.path.end(), '.') < 2 || d.path.ends_with(".inputs"));
    });
}

void warn_of_unconsumed(const Plan& plan, const Graph& graph, Diagnostics& diagnostics) {
    for (std::size_t index = 0; index < plan.nodes.size(); ++index) {
        const PlannedNode& planned = plan.nodes[index];
        const NodeSpec& spec = planned.spec;
        if (spec.kind == NodeKind::sink || graph.misnamed[index]) {
            continue;
        }
        if (!graph.wanted[index]) {
            diagnostics.warning(spec.at, spec.path,
                                fmt::format("nobody takes the rows of '{}'; name it in the inputs "
                                            "of a transform or sink, or remove it",
                                            spec.id));
            continue;
        }
        std::vector<std::string> unconsumed;
        for (std::size_t port = 0; port < planned.outputs.size(); ++port) {
            if (planned.consumers[port].empty() && !planned.outputs[port].side) {
                unconsumed.push_back(spec.id + "." + planned.outputs[port].name);
            }
        }
        if (!unconsumed.empty()) {
            diagnostics.warning(spec.at, spec.path,
                                fmt::format("nobody takes the rows of {}; they are discarded",
                                            fmt::join(unconsumed, ", ")));
        }
    }
}

}  // namespace tsflow
