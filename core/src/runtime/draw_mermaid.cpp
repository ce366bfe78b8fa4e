#include <fmt/format.h>

#include <string>
#include <string_view>

#include "runtime/draw.hpp"
#include "runtime/plan_text.hpp"

namespace tsflow {
namespace {

/// Mermaid reads HTML entities inside quotes, and no backslashes.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "#quot;";
                break;
            case '#':
                out += "#35;";
                break;
            case '<':
                out += "#lt;";
                break;
            case '>':
                out += "#gt;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string box(const Plan& plan, std::size_t index, const DrawnFigures& figures) {
    const PlannedNode& node = plan.nodes[index];
    std::string label = "\"" + escaped(node.spec.id);
    for (const std::string& line : lines_of(plan, index, figures)) {
        label += "<br/>" + escaped(line);
    }
    label += '"';
    switch (node.spec.kind) {
        case NodeKind::source:
            return fmt::format("n{}([{}])", index, label);
        case NodeKind::transform:
            return fmt::format("n{}[{}]", index, label);
        default:
            return fmt::format("n{}[({})]", index, label);
    }
}

}  // namespace

std::string draw_mermaid(const Plan& plan, const DrawnFigures& figures) {
    std::string out = "flowchart LR\n";
    for (std::size_t stage = 0; stage < plan.stages.size(); ++stage) {
        out +=
            fmt::format("    subgraph stage{} [\"{}\"]\n", stage + 1, title_of_stage(plan, stage));
        for (const std::size_t node : plan.stages[stage].nodes) {
            out += fmt::format("        {}\n", box(plan, node, figures));
        }
        out += "    end\n";
    }
    for (const PlannedEdge& edge : edges_of(plan, figures)) {
        const std::string_view arrow = edge.to.queued ? "==>" : "-->";
        const std::string label =
            edge.label.empty() ? "" : fmt::format("|\"{}\"|", escaped(edge.label));
        out += fmt::format("    n{} {}{} n{}\n", edge.from, arrow, label, edge.to.node);
    }
    return out;
}

}  // namespace tsflow
