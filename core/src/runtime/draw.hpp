#pragma once

#include <string>

#include "runtime/plan.hpp"

namespace tsflow {

std::string draw_mermaid(const Plan& plan, const DrawnFigures& figures);
std::string draw_dot(const Plan& plan, const DrawnFigures& figures);
std::string draw_svg(const Plan& plan, const DrawnFigures& figures);

}  // namespace tsflow
