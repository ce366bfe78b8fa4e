#include <fmt/format.h>

#include <string>
#include <string_view>

#include "runtime/draw.hpp"
#include "runtime/svg_layout.hpp"

namespace tsflow {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                // Control characters are no XML, not even escaped.
                out += static_cast<unsigned char>(c) < 0x20 && c != '\n' ? ' ' : c;
        }
    }
    return out;
}

constexpr std::string_view style = R"(<style>
text { font-family: Helvetica, Arial, sans-serif; fill: #1f2933; }
.name { font-size: 16px; font-weight: bold; }
.id { font-size: 13px; font-weight: bold; text-anchor: middle; }
.type { font-size: 11px; fill: #52606d; text-anchor: middle; }
.stage, .legend { font-size: 11px; fill: #7b8794; }
.label { font-size: 11px; text-anchor: end; paint-order: stroke; stroke: #fff; stroke-width: 4px; }
.frame { fill: #f5f7fa; stroke: #cbd2d9; stroke-dasharray: 5 4; }
.box { stroke: #52606d; }
.source { fill: #d9f2e3; }
.transform { fill: #dbeafe; }
.sink { fill: #fdebd0; }
.queue, .call { fill: none; stroke: #3e4c59; }
.queue { stroke-width: 2.4px; }
.call { stroke-width: 1.2px; }
</style>
)";

/// Corners tell the kinds apart without colours: round sources, square transforms, cut-in sinks.
double corner(NodeKind kind) {
    return kind == NodeKind::source ? 22 : kind == NodeKind::transform ? 2 : 9;
}

std::string tooltip(const PlannedNode& node) {
    std::string text = fmt::format("{}: {}", node.spec.path, node.spec.type);
    for (const Port& port : node.outputs) {
        text += fmt::format("\n{}: {}", port.name, port.schema->to_string());
    }
    return text;
}

std::string box(const PlannedNode& node, const std::vector<std::string>& lines,
                const Rectangle& at) {
    constexpr double line_height = 16;
    const double middle = at.x + at.width / 2;
    double baseline =
        at.y + at.height / 2 + 5 - static_cast<double>(lines.size()) * line_height / 2;
    std::string out = fmt::format(
        "<g><title>{}</title>\n"
        "<rect class=\"box {}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
        "rx=\"{}\"/>\n"
        "<text class=\"id\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
        escaped(tooltip(node)), to_string(node.spec.kind), at.x, at.y, at.width, at.height,
        corner(node.spec.kind), middle, baseline, escaped(node.spec.id));
    for (const std::string& line : lines) {
        baseline += line_height;
        out += fmt::format("<text class=\"type\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", middle,
                           baseline, escaped(line));
    }
    return out + "</g>\n";
}

std::string path(const Route& route) {
    const std::vector<Point>& points = route.points;
    std::string d = fmt::format("M{:.1f},{:.1f}", points[0].x, points[0].y);
    for (std::size_t i = 1; i < points.size(); ++i) {
        const Point& a = points[i - 1];
        const Point& b = points[i];
        if (i % 2 == 1) {
            const double middle = (a.x + b.x) / 2;
            d += fmt::format(" C{0:.1f},{1:.1f} {0:.1f},{3:.1f} {2:.1f},{3:.1f}", middle, a.y, b.x,
                             b.y);
        } else {
            d += fmt::format(" L{:.1f},{:.1f}", b.x, b.y);
        }
    }
    return d;
}

std::string arrow(const Route& route) {
    const Point& end = route.points.back();
    std::string out = fmt::format("<path class=\"{}\" marker-end=\"url(#head)\" d=\"{}\"/>\n",
                                  route.edge.to.queued ? "queue" : "call", path(route));
    if (!route.edge.label.empty()) {
        out += fmt::format("<text class=\"label\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
                           end.x - 16, end.y - 4, escaped(route.edge.label));
    }
    return out;
}

}  // namespace

std::string draw_svg(const Plan& plan, const DrawnFigures& figures) {
    const Layout layout = lay_out(plan, figures);
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
        "viewBox=\"0 0 {0:.0f} {1:.0f}\">\n",
        layout.width, layout.height);
    out += style;
    out +=
        "<defs><marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"9\" "
        "markerHeight=\"9\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">"
        "<path d=\"M0,1 L10,5 L0,9 z\" fill=\"#3e4c59\"/></marker></defs>\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
    out += fmt::format("<text class=\"name\" x=\"24\" y=\"36\">{}</text>\n",
                       escaped(plan.pipeline.name));
    for (std::size_t stage = 0; stage < layout.frames.size(); ++stage) {
        const Rectangle& at = layout.frames[stage];
        out += fmt::format(
            "<rect class=\"frame\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
            "rx=\"6\"/>\n<text class=\"stage\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
            at.x, at.y, at.width, at.height, at.x + 8, at.y + 15, title_of_stage(plan, stage));
    }
    for (const Route& route : layout.routes) {
        out += arrow(route);
    }
    for (std::size_t node = 0; node < layout.boxes.size(); ++node) {
        out += box(plan.nodes[node], lines_of(plan, node, figures), layout.boxes[node]);
    }
    out += fmt::format(
        "<text class=\"legend\" x=\"24\" y=\"{:.1f}\">frame: a stage, that is, a thread; "
        "thick: queue; thin: call</text>\n</svg>\n",
        layout.height - 20);
    return out;
}

}  // namespace tsflow
