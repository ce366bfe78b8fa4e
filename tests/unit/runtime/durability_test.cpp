// Live sources with a journal, and queues that go on on disk, as parts of whole pipelines.
#include <algorithm>
#include <random>
#include <thread>

#include <catch2/catch.hpp>

#include "harness.hpp"

using namespace tsflow;
using namespace tsflow::test;

namespace {

std::string pipeline_head(const TempFolder& folder) {
    return "[pipeline]\nstate_dir = \"" + (folder.path() / "state").string() +
           "\"\ncheckpoint_interval = \"10ms\"\n";
}

/// A live source, a transform on its stage, and three sinks behind it, of which `down` has a gate.
std::string three_sinks(std::int64_t rows, const std::string& queue) {
    return R"(
        [sources.feed]
        type = "feed"
        rows = )" +
           std::to_string(rows) + R"(
        ends = true
        journal = true
        [transforms.shared]
        type = "watch"
        inputs = ["feed"]
        [sinks.one]
        type = "keep"
        board = "one"
        inputs = ["shared"]
        [sinks.two]
        type = "keep"
        board = "two"
        inputs = ["shared"]
        [sinks.down]
        type = "keep"
        board = "down"
        gated = true
        inputs = ["shared"]
        queue = )" +
           queue;
}

void close_gate(Board& sink) {
    const std::lock_guard lock(sink.mutex);
    sink.gate_open = false;
}

void wait_until_durable(Board& sink, std::size_t rows) {
    for (;;) {
        std::this_thread::yield();
        const std::lock_guard lock(sink.mutex);
        if (sink.durable >= rows) {
            return;
        }
    }
}

const EdgeMetrics& edge_to(const RunResult& result, const std::string& sink) {
    return *std::find_if(result.metrics.edges.begin(), result.metrics.edges.end(),
                         [&](const EdgeMetrics& edge) { return edge.to == sink; });
}

}  // namespace

TEST_CASE("Of a live source with a journal, nothing is lost or doubled by aborts at any moment") {
    clear_boards();
    const TempFolder folder;
    constexpr std::int64_t rows = 60'000;
    const std::string toml = pipeline_head(folder) + three_sinks(rows, "{ batches = 8 }");
    std::minstd_rand random(20261126);
    int aborted = 0;
    for (bool done = false; !done;) {
        TestPipeline pipeline(toml);
        const std::size_t limit = std::uniform_int_distribution<std::size_t>(500, 20'000)(random);
        std::jthread aborter([&](const std::stop_token& stop) {
            const auto sink = board("one");
            while (!stop.stop_requested()) {
                const std::lock_guard lock(sink->mutex);
                const std::size_t before = sink->durable;
                if (sink->written.size() > before + limit) {
                    pipeline.control().abort();
                    return;
                }
            }
        });
        const RunResult result = pipeline.run();
        done = result.outcome == Outcome::done;
        aborted += done ? 0 : 1;
        REQUIRE(aborted < 500);
    }
    for (const char* sink : {"one", "two", "down"}) {
        CHECK(board(sink)->written == numbers(0, rows));
    }
}

TEST_CASE(
    "A sink that is down costs disk; its siblings get and commit all, and it gets all later") {
    clear_boards();
    const TempFolder folder;
    constexpr std::int64_t rows = 20'000;
    const std::string toml = pipeline_head(folder) + three_sinks(rows, "{ batches = 4 }");
    close_gate(*board("down"));
    TestPipeline pipeline(toml);
    std::thread watcher([&] {
        wait_until_durable(*board("one"), rows);
        wait_until_durable(*board("two"), rows);
        CHECK(board("down")->durable == 0);
        board("down")->open_gate();
    });
    const RunResult result = pipeline.run();
    watcher.join();
    CHECK(result.outcome == Outcome::done);
    for (const char* sink : {"one", "two", "down"}) {
        CHECK(board(sink)->written == numbers(0, rows));
    }
    const EdgeMetrics& edge = edge_to(result, "sinks.down");
    // In memory: the four batches of the bound, and what the sink had taken.
    CHECK(edge.spilled_rows >= static_cast<std::uint64_t>(rows) - 2 * 4 * 10);
    CHECK(edge.blocked == 0);
    CHECK(edge.disk_bytes == 0);
    CHECK(edge_to(result, "sinks.one").spilled_rows < static_cast<std::uint64_t>(rows));
    for (const auto& left :
         std::filesystem::recursive_directory_iterator(folder.path() / "state" / "spill")) {
        CHECK(left.is_directory());
    }
}

TEST_CASE("Aborted while a sink is down and while it catches up, nothing is lost or doubled") {
    clear_boards();
    const TempFolder folder;
    constexpr std::int64_t rows = 20'000;
    const std::string toml = pipeline_head(folder) + three_sinks(rows, "{ batches = 4 }");
    const auto down = board("down");
    for (const std::size_t committed : {1'000, 8'000, 20'000}) {
        close_gate(*down);
        TestPipeline pipeline(toml);
        std::thread aborter([&] {
            wait_until_durable(*board("one"), committed);
            if (committed == 20'000) {
                down->open_gate();
                wait_until_durable(*down, 100);
            }
            pipeline.control().abort();
            down->open_gate();
        });
        pipeline.run();
        aborter.join();
    }
    CHECK(TestPipeline(toml).run().outcome == Outcome::done);
    for (const char* sink : {"one", "two", "down"}) {
        CHECK(board(sink)->written == numbers(0, rows));
    }
}

TEST_CASE("At the limit of its disk a queue makes its producer wait, says so, and loses nothing") {
    clear_boards();
    const TempFolder folder;
    const std::string toml = pipeline_head(folder) + R"(
        [sources.count]
        type = "count"
        rows = 200000
        batch = 1000
        [sinks.down]
        type = "keep"
        board = "down"
        gated = true
        inputs = ["count"]
        queue = { batches = 2, when_full = "spill", spill_bytes = "1MiB" })";
    const auto down = board("down");
    close_gate(*down);
    TestPipeline pipeline(toml);
    std::thread opener([&] {
        down->wait_until_gated();
        // 1 MiB of 16 bytes a row: the source is held up long before its end.
        for (;;) {
            std::this_thread::yield();
            const std::lock_guard lock(pipeline.logs_mutex);
            if (std::any_of(pipeline.logs.begin(), pipeline.logs.end(), [](const auto& line) {
                    return line.find("has reached its limit of 1048576 bytes") != std::string::npos;
                })) {
                break;
            }
        }
        down->open_gate();
    });
    const RunResult result = pipeline.run();
    opener.join();
    CHECK(result.outcome == Outcome::done);
    CHECK(down->written == numbers(0, 200'000));
    CHECK(edge_to(result, "sinks.down").refused > 0);
}

TEST_CASE("A source's journal is trimmed when a checkpoint is stored, and an end replays nothing") {
    clear_boards();
    const TempFolder folder;
    const std::string toml = pipeline_head(folder) + three_sinks(5'000, "{}");
    REQUIRE(TestPipeline(toml).run().outcome == Outcome::done);
    const RunResult again = TestPipeline(toml).run();
    CHECK(again.outcome == Outcome::done);
    CHECK(again.metrics.nodes[0].rows_out == 0);
    CHECK(board("one")->written == numbers(0, 5'000));
}
