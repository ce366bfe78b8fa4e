#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "runtime/plan.hpp"
#include "runtime/plan_text.hpp"

namespace tsflow {

struct Point {
    double x = 0;
    double y = 0;
};

struct Rectangle {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
};

/// An edge goes through its points by turns along a curve and along a straight line: it leaves the
/// first point on a curve to the second.
struct Route {
    PlannedEdge edge;
    std::vector<Point> points;
};

/// Where everything of a drawing lies, in pixels. Columns are the depth in the graph; each stage has a
/// block of cells of its own, so that the frames do not overlap.
struct Layout {
    double width = 0;
    double height = 0;
    std::vector<Rectangle> boxes;   ///< by node
    std::vector<Rectangle> frames;  ///< by stage
    std::vector<Route> routes;
};

Layout lay_out(const Plan& plan, const DrawnFigures& figures = {});

}  // namespace tsflow
