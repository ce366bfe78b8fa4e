#include "runtime/draw.hpp"

namespace tsflow {

std::string draw(const Plan& plan, GraphFormat format) {
    switch (format) {
        case GraphFormat::mermaid:
            return draw_mermaid(plan);
        case GraphFormat::dot:
            return draw_dot(plan);
        default:
            return draw_svg(plan);
    }
}

}  // namespace tsflow
