#include <algorithm>
#include <fstream>
#include <random>
#include <thread>

#include <catch2/catch.hpp>

#include "harness.hpp"
#include "runtime/coordinator.hpp"
#include "runtime/state_dir.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::test;

namespace {

std::string pipeline_head(const TempFolder& folder) {
    return "[pipeline]\nstate_dir = \"" + (folder.path() / "state").string() +
           "\"\ncheckpoint_interval = \"10ms\"\n";
}

std::vector<std::int64_t> sums(std::int64_t rows) {
    std::vector<std::int64_t> list;
    std::int64_t sum = 0;
    for (std::int64_t i = 0; i < rows; ++i) {
        list.push_back(sum += i);
    }
    return list;
}

const std::string everything = R"(
    [sources.a]
    type = "count"
    rows = 60000
    batch = 7
    [sources.b]
    type = "count"
    rows = 30000
    batch = 3
    board = "b"
    [transforms.sum]
    type = "sum"
    inputs = ["a"]
    [transforms.join]
    type = "join"
    inputs = { left = "sum", right = "b" }
    queue = { batches = 4 }
    [sinks.sums]
    type = "keep"
    board = "sums"
    inputs = ["sum"]
    queue = { batches = 8 }
    [sinks.joined]
    type = "keep"
    board = "joined"
    inputs = ["join"])";

/// What the `joined` sink must hold in the end: even numbers from the left, odd ones from the right.
std::vector<std::int64_t> joined_numbers() {
    std::vector<std::int64_t> list;
    for (std::int64_t i = 0; i < 60000; ++i) {
        list.push_back(2 * i);
    }
    for (std::int64_t i = 0; i < 30000; ++i) {
        list.push_back(2 * i + 1);
    }
    std::sort(list.begin(), list.end());
    return list;
}

}  // namespace

TEST_CASE("Aborted at any moment and restarted until done, nothing is lost or doubled") {
    clear_boards();
    const TempFolder folder;
    const std::string toml = pipeline_head(folder) + everything;
    std::minstd_rand random(20261122);
    int aborted = 0;
    for (bool done = false; !done;) {
        TestPipeline pipeline(toml);
        const std::size_t limit = std::uniform_int_distribution<std::size_t>(1000, 30000)(random);
        std::jthread aborter([&](const std::stop_token& stop) {
            const auto sink = board("sums");
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
    CHECK(board("sums")->written == sums(60000));
    auto joined = board("joined")->written;
    std::sort(joined.begin(), joined.end());
    CHECK(joined == joined_numbers());
}

TEST_CASE("A stop and a restart go on where the stop was") {
    clear_boards();
    const TempFolder folder;
    const std::string toml = pipeline_head(folder) + everything;
    {
        TestPipeline pipeline(toml);
        std::thread stopper([&] {
            const auto sink = board("sums");
            for (;;) {
                const std::lock_guard lock(sink->mutex);
                if (!sink->written.empty()) {
                    break;
                }
            }
            pipeline.control().stop();
        });
        const RunResult result = pipeline.run();
        stopper.join();
        CHECK(result.outcome == Outcome::done);
        CHECK(result.metrics.last_checkpoint > 0);
        CHECK(board("sums")->durable == board("sums")->written.size());
    }
    TestPipeline pipeline(toml);
    CHECK(pipeline.run().outcome == Outcome::done);
    CHECK(std::any_of(pipeline.logs.begin(), pipeline.logs.end(), [](const std::string& line) {
        return line.find("going on from checkpoint") != std::string::npos;
    }));
    CHECK(board("sums")->written == sums(60000));
}

TEST_CASE("A sink that is down does not keep its siblings from committing") {
    clear_boards();
    const TempFolder folder;
    const std::string toml = pipeline_head(folder) + R"(
        [sources.a]
        type = "count"
        rows = 200
        stays = true
        [sinks.alive]
        type = "keep"
        board = "alive"
        inputs = ["a"]
        [sinks.down]
        type = "keep"
        board = "down"
        gated = true
        inputs = ["a"])";
    const auto alive = board("alive");
    const auto down = board("down");
    const auto committed = [](Board& sink, std::size_t rows, std::ptrdiff_t times) {
        for (;;) {
            std::this_thread::yield();
            const std::lock_guard lock(sink.mutex);
            const auto commits =
                std::count_if(sink.events.begin(), sink.events.end(),
                              [](const std::string& event) { return event.starts_with("commit"); });
            if (sink.durable == rows && commits >= times) {
                return;
            }
        }
    };
    // So many epochs that some are dropped before the sink comes back.
    constexpr std::ptrdiff_t epochs = 3 * Coordinator::most_outstanding;
    {
        down->gate_open = false;
        TestPipeline pipeline(toml);
        std::thread watcher([&] {
            committed(*alive, 200, epochs);
            pipeline.control().abort();
            down->open_gate();
        });
        pipeline.run();
        watcher.join();
    }
    alive->events.clear();
    down->gate_open = false;
    TestPipeline pipeline(toml);
    std::thread watcher([&] {
        committed(*alive, 200, epochs);
        down->open_gate();
        committed(*down, 200, 1);
        pipeline.control().stop();
    });
    const RunResult result = pipeline.run();
    watcher.join();
    CHECK(result.outcome == Outcome::done);
    CHECK(result.metrics.last_checkpoint >= epochs);
    CHECK(alive->written == numbers(0, 200));
    CHECK(down->written == numbers(0, 200));
}

TEST_CASE("A pipeline that came to its end does nothing when it is run again") {
    clear_boards();
    const TempFolder folder;
    const std::string toml = pipeline_head(folder) + everything;
    CHECK(TestPipeline(toml).run().outcome == Outcome::done);
    const RunResult again = TestPipeline(toml).run();
    CHECK(again.outcome == Outcome::done);
    CHECK(again.metrics.nodes[0].rows_out == 0);
    CHECK(board("sums")->written == sums(60000));
}

TEST_CASE("A checkpoint of other nodes is refused with what to do") {
    clear_boards();
    const TempFolder folder;
    const std::string sources = R"(
        [sources.a]
        type = "count"
        [sinks.other]
        type = "keep"
        board = "other"
        inputs = ["a"])";
    REQUIRE(TestPipeline(pipeline_head(folder) + sources + R"(
        [sinks.old]
        type = "keep"
        inputs = ["a"])")
                .run()
                .outcome == Outcome::done);

    CHECK_THROWS_WITH(TestPipeline(pipeline_head(folder) + sources).run(),
                      Catch::Contains("holds the state of 'sinks.old', which the pipeline file no "
                                      "longer has") &&
                          Catch::Contains("remove the state_dir"));
    CHECK_THROWS_WITH(TestPipeline(pipeline_head(folder) + sources + R"(
        [transforms.mid]
        type = "watch"
        inputs = ["a"]
        [sinks.renamed]
        type = "keep"
        inputs = ["mid"])")
                          .run(),
                      Catch::Contains("sinks.old"));
}

TEST_CASE("A node that is new since the checkpoint is told of") {
    clear_boards();
    const TempFolder folder;
    const std::string old = pipeline_head(folder) + R"(
        [sources.a]
        type = "count"
        [sinks.old]
        type = "keep"
        inputs = ["a"])";
    REQUIRE(TestPipeline(old).run().outcome == Outcome::done);
    TestPipeline pipeline(old + R"(
        [sinks.late]
        type = "keep"
        board = "late"
        inputs = ["a"])");
    CHECK(pipeline.run().outcome == Outcome::done);
    CHECK(std::any_of(pipeline.logs.begin(), pipeline.logs.end(), [](const std::string& line) {
        return line.find("sinks.late: is new since the last checkpoint") != std::string::npos;
    }));
}

TEST_CASE("Two runs never share a state_dir") {
    clear_boards();
    const TempFolder folder;
    const StateDir other(folder.path() / "state");
    CHECK_THROWS_WITH(TestPipeline(pipeline_head(folder) + R"(
        [sources.a]
        type = "count"
        [sinks.out]
        type = "keep"
        inputs = ["a"])")
                          .run(),
                      Catch::Contains("is in use by process"));
}

TEST_CASE("Records put aside are kept once, with node and reason, over a restart") {
    clear_boards();
    const TempFolder folder;
    const std::string toml = pipeline_head(folder) + R"(
        [sources.a]
        type = "count"
        rows = 100
        [transforms.strict]
        type = "watch"
        reject = 10
        inputs = ["a"]
        [sinks.out]
        type = "keep"
        inputs = ["strict"])";
    const RunResult result = TestPipeline(toml).run();
    CHECK(result.metrics.nodes[1].dead_letters == 10);
    CHECK(board("sink")->written.size() == 90);
    TestPipeline(toml).run();

    std::ifstream in(folder.path() / "state" / "dead_letters" / "transforms.strict.0.jsonl");
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    REQUIRE(lines.size() == 10);
    CHECK_THAT(lines[3],
               Catch::StartsWith(R"({"id":4,)") &&
                   Catch::Contains(R"("node":"transforms.strict","reason":"a multiple")") &&
                   Catch::Contains(R"("record":{"number":30,)"));
}
