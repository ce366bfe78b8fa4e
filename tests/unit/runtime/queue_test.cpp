#include <algorithm>
#include <thread>

#include <catch2/catch.hpp>

#include "harness.hpp"

using namespace tsflow;
using namespace tsflow::test;

namespace {

/// Runs a source into a sink that takes its first batch and then waits until the source is done, so
/// that all the rest has to wait or be dropped. Returns the edge's figures.
EdgeMetrics run_against_a_closed_gate(const std::string& queue, const std::string& modulo = "0") {
    clear_boards();
    board("sink")->gate_open = false;
    TestPipeline pipeline(R"(
        [sources.numbers]
        type = "count"
        rows = 100
        modulo = )" + modulo +
                          R"(
        [transforms.watched]
        type = "watch"
        inputs = ["numbers"]
        [sinks.out]
        type = "keep"
        inputs = ["watched"]
        gated = true
        queue = )" + queue);
    std::thread opener([] {
        board("sink")->wait_until_gated();
        const auto watch = board("watch");
        {
            std::unique_lock lock(watch->mutex);
            watch->changed.wait(lock, [&] {
                return !watch->watermarks.empty() && watch->watermarks.back() == 100;
            });
        }
        board("sink")->open_gate();
    });
    const RunResult result = pipeline.run();
    opener.join();
    CHECK(result.outcome == Outcome::done);
    return result.metrics.edges.at(0);
}

}  // namespace

TEST_CASE("drop_newest keeps what came first") {
    const EdgeMetrics edge =
        run_against_a_closed_gate(R"({ batches = 3, when_full = "drop_newest" })");
    const auto& written = board("sink")->written;
    CHECK(edge.dropped_rows + written.size() == 100);
    // Three batches fit. When the sink took them out while the source still ran, three more did.
    REQUIRE(written.size() >= 30);
    CHECK(std::vector<std::int64_t>(written.begin(), written.begin() + 30) == numbers(0, 30));
    CHECK(std::is_sorted(written.begin(), written.end()));
}

TEST_CASE("drop_oldest keeps what came last") {
    const EdgeMetrics edge =
        run_against_a_closed_gate(R"({ batches = 3, when_full = "drop_oldest" })");
    const auto& written = board("sink")->written;
    CHECK(edge.dropped_rows + written.size() == 100);
    const std::vector<std::int64_t> last(written.end() - 30, written.end());
    CHECK(last == numbers(70, 100));
}

TEST_CASE("conflate keeps the latest row of each key") {
    const EdgeMetrics edge =
        run_against_a_closed_gate(R"({ batches = 2, when_full = "conflate" })", "20");
    const auto& written = board("sink")->written;
    CHECK(edge.dropped_rows + written.size() == 100);
    CHECK(edge.dropped_rows > 0);
    const std::vector<std::int64_t> last(written.end() - 20, written.end());
    CHECK(last == numbers(0, 20));
}

TEST_CASE("A bound in bytes holds as one in batches does") {
    const EdgeMetrics edge =
        run_against_a_closed_gate(R"({ bytes = 1, when_full = "drop_newest" })");
    CHECK(edge.dropped_rows > 0);
    CHECK(edge.dropped_rows + board("sink")->written.size() == 100);
}

TEST_CASE("block holds the source back and loses nothing") {
    clear_boards();
    board("sink")->gate_open = false;
    TestPipeline pipeline(R"(
        [sources.numbers]
        type = "count"
        rows = 1000
        [sinks.out]
        type = "keep"
        inputs = ["numbers"]
        gated = true
        queue = { batches = 2 })");
    std::thread opener([] {
        board("sink")->wait_until_gated();
        board("sink")->open_gate();
    });
    CHECK(pipeline.run().outcome == Outcome::done);
    opener.join();
    CHECK(board("sink")->written == numbers(0, 1000));
}
