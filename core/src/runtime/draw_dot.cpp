#include <fmt/format.h>

#include <string>
#include <string_view>

#include "runtime/draw.hpp"
#include "runtime/plan_text.hpp"

namespace tsflow {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    return out;
}

std::string_view shape(NodeKind kind) {
    switch (kind) {
        case NodeKind::source:
            return "oval";
        case NodeKind::transform:
            return "box";
        default:
            return "cylinder";
    }
}

}  // namespace

std::string draw_dot(const Plan& plan, const DrawnFigures& figures) {
    std::string out = fmt::format("digraph \"{}\" {{\n", escaped(plan.pipeline.name));
    out +=
        "    rankdir=LR;\n"
        "    node [fontname=\"sans-serif\"];\n"
        "    edge [fontname=\"sans-serif\", fontsize=11];\n";
    for (std::size_t stage = 0; stage < plan.stages.size(); ++stage) {
        out += fmt::format("    subgraph cluster_{} {{\n        label=\"{}\";\n", stage + 1,
                           title_of_stage(plan, stage));
        for (const std::size_t index : plan.stages[stage].nodes) {
            const NodeSpec& spec = plan.nodes[index].spec;
            std::string label = escaped(spec.id);
            for (const std::string& line : lines_of(plan, index, figures)) {
                label += "\\n" + escaped(line);
            }
            out += fmt::format("        n{} [shape={}, label=\"{}\"];\n", index, shape(spec.kind),
                               label);
        }
        out += "    }\n";
    }
    for (const PlannedEdge& edge : edges_of(plan, figures)) {
        std::string attributes = edge.to.queued ? "style=bold" : "style=solid";
        if (!edge.label.empty()) {
            attributes += fmt::format(", label=\"{}\"", escaped(edge.label));
        }
        out += fmt::format("    n{} -> n{} [{}];\n", edge.from, edge.to.node, attributes);
    }
    return out + "}\n";
}

}  // namespace tsflow
