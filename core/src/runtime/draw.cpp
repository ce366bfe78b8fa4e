#include "runtime/draw.hpp"

namespace tsflow {

std::string draw(const Plan& plan, GraphFormat format, const DrawnFigures& figures) {
    switch (format) {
        case GraphFormat::mermaid:
            return draw_mermaid(plan, figures);
        case GraphFormat::dot:
            return draw_dot(plan, figures);
        default:
            return draw_svg(plan, figures);
    }
}

}  // namespace tsflow
