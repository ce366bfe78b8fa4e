#include "cli/summary.hpp"

#include <catch2/catch.hpp>

using namespace tsflow;
using namespace tsflow::cli;
using Catch::Matchers::Contains;

namespace {

RunResult with_figures() {
    NodeMetrics node;
    node.path = "sources.feed";
    node.type = "feed";
    node.counters = {{"reconnects", 1234}, {"unused", 0}};
    node.gauges = {{"lag", -5}, {"open connections", 3}, {"waiting", 0}};
    RunResult result;
    result.metrics.nodes = {node};
    return result;
}

}  // namespace

TEST_CASE("the summary for people tells a node's figures that are not zero") {
    const std::string text = summary_text(with_figures());
    CHECK_THAT(text, Contains("sources.feed: reconnects 1,234\n"
                              "sources.feed: lag -5\n"
                              "sources.feed: open connections 3\n"));
    CHECK_THAT(text, !Contains("unused") && !Contains("waiting"));
}

TEST_CASE("the summary for programs tells all of a node's figures, gauges apart from counters") {
    CHECK_THAT(summary_json(with_figures()),
               Contains(R"("counter.reconnects":1234,"counter.unused":0,)"
                        R"("gauge.lag":-5,"gauge.open connections":3,"gauge.waiting":0})"));
}
