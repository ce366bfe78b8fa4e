#include <algorithm>
#include <thread>

#include <catch2/catch.hpp>

#include "harness.hpp"

using namespace tsflow;
using namespace tsflow::test;

TEST_CASE("The watermark of a union is the least of its inputs and never goes back") {
    clear_boards();
    TestPipeline pipeline(R"(
        [sources.a]
        type = "count"
        rows = 500
        [sources.b]
        type = "count"
        rows = 300
        [transforms.both]
        type = "watch"
        inputs = ["a", "b"]
        [sinks.out]
        type = "keep"
        inputs = ["both"])");
    CHECK(pipeline.run().outcome == Outcome::done);
    const auto& seen = board("watch")->watermarks;
    REQUIRE_FALSE(seen.empty());
    CHECK(std::is_sorted(seen.begin(), seen.end()));
    CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
    // When b has ended, a alone decides; when a ended first, b's last promise is the last.
    CHECK((seen.back() == 500 || seen.back() == 300));
}

TEST_CASE("An idle source does not hold up the watermark of the others") {
    clear_boards();
    TestPipeline pipeline(R"(
        [pipeline]
        idle_timeout = "50ms"
        [sources.busy]
        type = "count"
        rows = 500
        live = true
        [sources.quiet]
        type = "count"
        rows = 10
        live = true
        [transforms.both]
        type = "watch"
        inputs = ["busy", "quiet"]
        [sinks.out]
        type = "keep"
        inputs = ["both"])");
    std::thread stopper([&] {
        const auto watch = board("watch");
        std::unique_lock lock(watch->mutex);
        // Past all event times of the files: the host has advanced the idle live sources by the clock.
        watch->changed.wait(lock, [&] {
            return !watch->watermarks.empty() && watch->watermarks.back() > 1'000'000;
        });
        pipeline.control().stop();
    });
    CHECK(pipeline.run().outcome == Outcome::done);
    stopper.join();
    CHECK(std::is_sorted(board("watch")->watermarks.begin(), board("watch")->watermarks.end()));
}
