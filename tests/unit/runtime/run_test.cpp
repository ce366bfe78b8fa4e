#include <algorithm>
#include <thread>

#include <catch2/catch.hpp>

#include "harness.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::test;

namespace {

std::vector<std::int64_t> sorted(std::vector<std::int64_t> list) {
    std::sort(list.begin(), list.end());
    return list;
}

bool mentions(const std::vector<std::string>& lines, const std::string& text) {
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
        return line.find(text) != std::string::npos;
    });
}

const NodeMetrics& node(const RunResult& result, const std::string& path) {
    const auto found = std::find_if(result.metrics.nodes.begin(), result.metrics.nodes.end(),
                                    [&](const NodeMetrics& m) { return m.path == path; });
    REQUIRE(found != result.metrics.nodes.end());
    return *found;
}

}  // namespace

TEST_CASE("A chain delivers every row in order and counts it") {
    clear_boards();
    TestPipeline pipeline(R"(
        [sources.numbers]
        type = "count"
        rows = 1005
        [transforms.pass]
        type = "watch"
        inputs = ["numbers"]
        [sinks.out]
        type = "keep"
        inputs = ["pass"])");
    const RunResult result = pipeline.run();
    CHECK(result.outcome == Outcome::done);
    CHECK(board("sink")->written == numbers(0, 1005));
    CHECK(board("sink")->durable == 1005);
    CHECK(node(result, "sources.numbers").rows_out == 1005);
    CHECK(node(result, "sources.numbers").batches_out == 101);
    CHECK(node(result, "transforms.pass").rows_in == 1005);
    CHECK(node(result, "sinks.out").rows_in == 1005);
    CHECK(node(result, "sinks.out").latency.count == 101);
    CHECK(node(result, "sources.numbers").latency.count == 101);
    CHECK(node(result, "transforms.pass").latency.count == 0);  // it rides on the source's thread
    CHECK(node(result, "sinks.out").commit.count >= 1);
    CHECK(node(result, "sinks.out").commit.total >= Duration{1});
    CHECK(node(result, "sources.numbers").progress->done == 1005);
    CHECK(result.metrics.edges.size() == 1);
    CHECK(result.metrics.edges[0].rows == 1005);
}

TEST_CASE("Sinks open before sources and close after them") {
    clear_boards();
    TestPipeline pipeline(R"(
        [sources.numbers]
        type = "count"
        board = "shared"
        [sinks.out]
        type = "keep"
        board = "shared"
        inputs = ["numbers"])");
    pipeline.run();
    auto events = board("shared")->events;
    events.erase(std::remove(events.begin(), events.end(), "commit shared"), events.end());
    CHECK(events ==
          std::vector<std::string>{"open shared", "open shared", "close shared", "close shared"});
}

TEST_CASE("A diamond, a union and a fan-out deliver each row on each path") {
    clear_boards();
    TestPipeline pipeline(R"(
        [sources.a]
        type = "count"
        rows = 500
        [sources.b]
        type = "count"
        rows = 300
        [transforms.left]
        type = "watch"
        inputs = ["a"]
        [transforms.right]
        type = "watch"
        inputs = ["a"]
        queue = { batches = 2 }
        [sinks.all]
        type = "keep"
        board = "all"
        inputs = ["left", "right", "b"]
        queue = { batches = 1 }
        [sinks.one]
        type = "keep"
        board = "one"
        inputs = ["left"])");
    CHECK(pipeline.run().outcome == Outcome::done);
    CHECK(board("one")->written == numbers(0, 500));
    auto expected = numbers(0, 500);
    const auto again = numbers(0, 500);
    const auto others = numbers(0, 300);
    expected.insert(expected.end(), again.begin(), again.end());
    expected.insert(expected.end(), others.begin(), others.end());
    CHECK(sorted(board("all")->written) == sorted(expected));
}

TEST_CASE("A stop drains what the sources have emitted") {
    clear_boards();
    TestPipeline pipeline(R"(
        [sources.endless]
        type = "count"
        rows = 0
        [transforms.watched]
        type = "watch"
        inputs = ["endless"]
        [sinks.out]
        type = "keep"
        inputs = ["watched"])");
    std::thread stopper([&] {
        const auto watch = board("watch");
        std::unique_lock lock(watch->mutex);
        watch->changed.wait(lock, [&] { return !watch->watermarks.empty(); });
        pipeline.control().stop();
    });
    const RunResult result = pipeline.run();
    stopper.join();
    CHECK(result.outcome == Outcome::done);
    const auto rows = static_cast<std::int64_t>(node(result, "sources.endless").rows_out);
    CHECK(rows > 0);
    CHECK(board("sink")->written == numbers(0, rows));
    CHECK(board("sink")->durable == static_cast<std::size_t>(rows));
}

TEST_CASE("A passing failure of a sink is tried again and loses nothing") {
    clear_boards();
    board("sink")->fail_at = 55;
    board("sink")->failure = "retryable";
    board("sink")->failures_left = 3;
    TestPipeline pipeline(R"(
        [sources.numbers]
        type = "count"
        [sinks.out]
        type = "keep"
        inputs = ["numbers"]
        retry = { initial = "1ms", max = "2ms" })");
    const RunResult result = pipeline.run();
    CHECK(result.outcome == Outcome::done);
    CHECK(board("sink")->written == numbers(0, 100));
    CHECK(node(result, "sinks.out").retries == 3);
    CHECK(mentions(pipeline.logs, "sinks.out: the server is away; trying again"));
}

TEST_CASE("Tries are limited when the file says so") {
    clear_boards();
    board("sink")->fail_at = 55;
    board("sink")->failure = "retryable";
    board("sink")->failures_left = 100;
    TestPipeline pipeline(R"(
        [sources.numbers]
        type = "count"
        [sinks.out]
        type = "keep"
        inputs = ["numbers"]
        retry = { attempts = 3, initial = "1ms", max = "2ms" })");
    const RunResult result = pipeline.run();
    CHECK(result.outcome == Outcome::failed);
    CHECK(result.failures ==
          std::vector<std::string>{"sinks.out: the server is away (gave up after 3 tries)"});
}

TEST_CASE("A node that fails ends the run with its name and the others drain") {
    clear_boards();
    const std::string failure = GENERATE("error", "other");
    board("watch")->fail_at = 42;
    board("watch")->failure = failure;
    TestPipeline pipeline(R"(
        [sources.numbers]
        type = "count"
        rows = 0
        [transforms.bad]
        type = "watch"
        inputs = ["numbers"]
        [sinks.behind]
        type = "keep"
        board = "behind"
        inputs = ["bad"]
        [sinks.beside]
        type = "keep"
        board = "beside"
        inputs = ["numbers"])");
    const RunResult result = pipeline.run();
    CHECK(result.outcome == Outcome::failed);
    REQUIRE(result.failures.size() == 1);
    CHECK(result.failures[0] ==
          (failure == "error" ? "transforms.bad: number 42 is unlucky"
                              : "transforms.bad: threw something that is no std::exception"));
    CHECK(node(result, "transforms.bad").failed);
    CHECK(board("behind")->written == numbers(0, 40));
    const auto rows = static_cast<std::int64_t>(node(result, "sources.numbers").rows_out);
    CHECK(board("beside")->written == numbers(0, rows));
    CHECK(board("beside")->durable == static_cast<std::size_t>(rows));
}

TEST_CASE("A source that fails ends its branch") {
    clear_boards();
    board("source")->fail_at = 25;
    TestPipeline pipeline(R"(
        [sources.numbers]
        type = "count"
        [sinks.out]
        type = "keep"
        inputs = ["numbers"])");
    const RunResult result = pipeline.run();
    CHECK(result.failures == std::vector<std::string>{"sources.numbers: number 25 is unlucky"});
    CHECK(board("sink")->written == numbers(0, 20));
}

TEST_CASE("An isolated failure stops only its branch, and a restart gives it what it missed") {
    clear_boards();
    const TempFolder folder;
    const std::string toml = R"(
        [pipeline]
        state_dir = ")" + folder.path().string() +
                             R"("
        checkpoint_interval = "10ms"
        [sources.numbers]
        type = "count"
        rows = 1000
        [sinks.bad]
        type = "keep"
        board = "bad"
        inputs = ["numbers"]
        on_error = "isolate"
        [sinks.good]
        type = "keep"
        board = "good"
        inputs = ["numbers"])";
    board("bad")->fail_at = 333;
    {
        TestPipeline pipeline(toml);
        const RunResult result = pipeline.run();
        CHECK(result.outcome == Outcome::failed);
        CHECK(result.failures == std::vector<std::string>{"sinks.bad: number 333 is unlucky"});
        CHECK(board("good")->written == numbers(0, 1000));
        CHECK(mentions(pipeline.logs, "sinks.bad: is isolated"));
    }
    TestPipeline pipeline(toml);
    CHECK(pipeline.run().outcome == Outcome::done);
    CHECK(board("bad")->written == numbers(0, 1000));
    CHECK(board("good")->written == numbers(0, 1000));
}

TEST_CASE("When a node does not open, those that did are closed and the error names it") {
    clear_boards();
    TestPipeline pipeline(R"(
        [sources.numbers]
        type = "count"
        [sinks.first]
        type = "keep"
        board = "first"
        inputs = ["numbers"]
        fail_open = true
        [sinks.second]
        type = "keep"
        board = "second"
        inputs = ["numbers"])");
    CHECK_THROWS_WITH(pipeline.run(), "sinks.first: no such server");
    CHECK(board("second")->events == std::vector<std::string>{"open second", "close second"});
    CHECK(board("first")->events.empty());
    CHECK(board("source")->events.empty());
}

TEST_CASE("A batch that does not fit its port fails the node that emitted it") {
    clear_boards();
    TestPipeline pipeline(R"(
        [sources.numbers]
        type = "count"
        [transforms.bad]
        type = "watch"
        inputs = ["numbers"]
        wrong_schema = true
        [sinks.out]
        type = "keep"
        inputs = ["bad"])");
    const RunResult result = pipeline.run();
    REQUIRE(result.failures.size() == 1);
    CHECK(result.failures[0].find(
              "transforms.bad: emitted a batch on port 'out' that does not fit") == 0);
}

TEST_CASE("A drain that takes too long names the stage that hangs") {
    clear_boards();
    board("sink")->gate_open = false;
    // The thread that hangs goes on using it, so it is never destroyed.
    static TestPipeline* const kept = new TestPipeline(R"(
        [pipeline]
        shutdown_timeout = "100ms"
        [sources.numbers]
        type = "count"
        rows = 0
        [sinks.out]
        type = "keep"
        inputs = ["numbers"]
        gated = true)");
    TestPipeline& pipeline = *kept;
    std::thread stopper([&] {
        board("sink")->wait_until_gated();
        pipeline.control().stop();
    });
    const RunResult result = pipeline.run();
    stopper.join();
    CHECK(result.outcome == Outcome::timed_out);
    CHECK(result.hangs);
    CHECK(mentions(result.failures, "sinks.out: not drained within the shutdown_timeout of 100ms"));
    board("sink")->open_gate();  // lets the thread that was left behind come to its end
}

TEST_CASE("An abort gives up at once and commits nothing further") {
    clear_boards();
    board("sink")->gate_open = false;
    TestPipeline pipeline(R"(
        [sources.numbers]
        type = "count"
        rows = 0
        [sinks.out]
        type = "keep"
        inputs = ["numbers"]
        gated = true)");
    std::thread aborter([&] {
        board("sink")->wait_until_gated();
        pipeline.control().abort();
        board("sink")->open_gate();
    });
    const RunResult result = pipeline.run();
    aborter.join();
    CHECK(result.outcome == Outcome::failed);
    CHECK(result.failures == std::vector<std::string>{"aborted before everything was drained"});
    CHECK(board("sink")->durable == 0);
}
