#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "nodes.hpp"
#include "runtime/svg_layout.hpp"

using namespace tsflow;
using namespace tsflow::plan_test;

namespace {

const char* const pipeline = R"(
[pipeline]
name = "a \"b\" <c> & \\"
[sources.prices]
type = "feed"
ports = ["minute", "day"]
[transforms.smooth]
type = "pass"
inputs = ["prices.minute"]
[transforms.join]
type = "pair"
inputs = { left = "smooth", right = "prices.day" }
[sinks.bars]
type = "store"
inputs = ["join.matched"]
queue = { when_full = "drop_oldest" }
[sinks.rest]
type = "store"
inputs = ["join.unmatched"]
[sinks.raw]
type = "store"
inputs = ["prices.minute"]
)";

/// Follows the tags of an XML text; the name of the first that does not fit, or nothing.
std::string unbalanced(std::string_view xml) {
    std::vector<std::string> open;
    for (std::size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at + 1)) {
        const std::size_t end = xml.find('>', at);
        if (end == std::string_view::npos ||
            xml.substr(at + 1, end - at - 1).find('<') != std::string_view::npos) {
            return "<";
        }
        const std::string_view tag = xml.substr(at + 1, end - at - 1);
        const std::string name{tag.substr(0, tag.find_first_of(" /\n", tag[0] == '/' ? 1 : 0))};
        if (tag.back() == '/') {
            continue;
        }
        if (tag.front() != '/') {
            open.push_back(name);
        } else if (open.empty() || "/" + open.back() != name) {
            return name;
        } else {
            open.pop_back();
        }
    }
    return open.empty() ? "" : open.back();
}

bool overlap(const Rectangle& a, const Rectangle& b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
           b.y < a.y + a.height;
}

bool within(const Rectangle& inner, const Rectangle& outer) {
    return outer.x < inner.x && outer.y < inner.y &&
           inner.x + inner.width < outer.x + outer.width &&
           inner.y + inner.height < outer.y + outer.height;
}

}  // namespace

TEST_CASE("a Mermaid drawing frames stages and names ports") {
    CHECK(draw(valid(pipeline), GraphFormat::mermaid) == R"(flowchart LR
    subgraph stage1 ["stage 1"]
        n0(["prices<br/>feed"])
        n1["smooth<br/>pass"]
    end
    subgraph stage2 ["stage 2"]
        n2["join<br/>pair"]
    end
    subgraph stage3 ["stage 3, drop_oldest"]
        n3[("bars<br/>store")]
    end
    subgraph stage4 ["stage 4"]
        n4[("rest<br/>store")]
    end
    subgraph stage5 ["stage 5"]
        n5[("raw<br/>store")]
    end
    n0 -->|"minute"| n1
    n0 ==>|"minute"| n5
    n0 ==>|"day as right"| n2
    n1 ==>|"as left"| n2
    n2 ==>|"matched"| n3
    n2 ==>|"unmatched"| n4
)");
}

TEST_CASE("a dot drawing frames stages and quotes names") {
    const std::string dot = draw(valid(pipeline), GraphFormat::dot);
    CHECK_THAT(dot, Catch::StartsWith("digraph \"a \\\"b\\\" <c> & \\\\\" {\n    rankdir=LR;\n"));
    CHECK_THAT(dot, Catch::Contains("    subgraph cluster_1 {\n"
                                    "        label=\"stage 1\";\n"
                                    "        n0 [shape=oval, label=\"prices\\nfeed\"];\n"
                                    "        n1 [shape=box, label=\"smooth\\npass\"];\n"
                                    "    }\n"));
    CHECK_THAT(dot, Catch::Contains("    n0 -> n2 [style=bold, label=\"day as right\"];\n"));
    CHECK_THAT(dot, Catch::EndsWith("}\n"));
}

TEST_CASE("an SVG drawing is XML that holds every node and escapes names") {
    const std::string svg = draw(valid(pipeline), GraphFormat::svg);
    CHECK(unbalanced(svg) == "");
    CHECK_THAT(svg, Catch::Contains("a &quot;b&quot; &lt;c&gt; &amp; \\"));
    for (const char* id : {"prices", "smooth", "join", "bars", "rest", "raw"}) {
        CHECK_THAT(svg, Catch::Contains(">" + std::string{id} + "</text>"));
    }
    CHECK_THAT(svg, Catch::Contains(">stage 3, drop_oldest</text>"));
}

TEST_CASE("in a layout frames hold their boxes and no others, and edges join boxes") {
    const Plan plan = valid(pipeline);
    const Layout layout = lay_out(plan);
    for (std::size_t stage = 0; stage < plan.stages.size(); ++stage) {
        for (std::size_t other = 0; other < stage; ++other) {
            CHECK_FALSE(overlap(layout.frames[stage], layout.frames[other]));
        }
        for (const std::size_t node : plan.stages[stage].nodes) {
            CHECK(within(layout.boxes[node], layout.frames[stage]));
        }
        CHECK(within(layout.frames[stage], {0, 0, layout.width, layout.height}));
    }
    REQUIRE(layout.routes.size() == 6);
    for (const Route& route : layout.routes) {
        const Rectangle& from = layout.boxes[route.edge.from];
        const Rectangle& to = layout.boxes[route.edge.to.node];
        CHECK(route.points.front().x == from.x + from.width);
        CHECK(route.points.back().x == to.x);
        CHECK(to.x > from.x + from.width);
        for (std::size_t i = 2; i < route.points.size(); i += 2) {
            // The straight parts of long edges pass no box.
            const Point& a = route.points[i - 1];
            const Point& b = route.points[i];
            CHECK(std::none_of(layout.boxes.begin(), layout.boxes.end(), [&](const Rectangle& box) {
                return overlap(box, {a.x, a.y, b.x - a.x, 0.1}) && b.x > a.x;
            }));
        }
    }
}
