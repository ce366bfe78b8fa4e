#include <fstream>
#include <memory>

#include <catch2/catch.hpp>

#include "harness.hpp"
#include "runtime/run_history.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::test;

namespace {

/// Taps the source, opens the sink's gate once the tap is there, and keeps what it saw.
class Watcher final : public RunWatcher {
public:
    void started(RunView& run) override {
        nodes = run.metrics().nodes.size();
        run.add_tap(0, 0, tap);
        board("sink")->open_gate();
        events.emplace_back("started");
    }
    void ending() override { events.emplace_back("ending"); }

    std::shared_ptr<Tap> tap = std::make_shared<Tap>(10'000);
    std::size_t nodes = 0;
    std::vector<std::string> events;
};

/// Asks for the status when it is opened.
class Curious final : public Transform {
public:
    static constexpr std::string_view name = "curious";
    static constexpr std::string_view doc = "Asks.";
    struct Config {};
    static void describe(Options<Config>&) {}
    explicit Curious(Config) {}
    Ports bind(const Ports& inputs) override { return single(only(inputs)); }
    void open(Context& context) override { board("curious")->note(context.status()); }
    void process(Batch batch, Emitter& out) override { out.emit(std::move(batch)); }
};

}  // namespace

TEST_CASE("A watcher sees the run from its start to its end, and what it taps") {
    clear_boards();
    board("sink")->gate_open = false;  // so that most batches leave the source behind the start
    TestPipeline pipeline(R"(
        [sources.numbers]
        type = "count"
        rows = 2000
        [sinks.out]
        type = "keep"
        gated = true
        inputs = ["numbers"]
        queue = { batches = 2 })");
    Watcher watcher;
    pipeline.adjust = [&](RunOptions& options) { options.watcher = &watcher; };
    const RunResult result = pipeline.run();
    CHECK(result.outcome == Outcome::done);
    CHECK(watcher.events == std::vector<std::string>{"started", "ending"});
    CHECK(watcher.nodes == 2);
    // The queue held two batches at most before the gate was opened, and the sink had one.
    std::vector<std::int64_t> seen;
    for (const Batch& batch : watcher.tap->take()) {
        const auto column = batch.column<std::int64_t>(0);
        seen.insert(seen.end(), column.begin(), column.end());
    }
    REQUIRE(seen.size() >= 1900);
    CHECK(seen == numbers(2000 - static_cast<std::int64_t>(seen.size()), 2000));
    CHECK(watcher.tap->missed() == 0);
}

TEST_CASE("Nodes can ask for the status of the run, which is empty unless somebody tells it") {
    clear_boards();
    TestPipeline pipeline(R"(
        [sources.numbers]
        type = "count"
        rows = 1
        [transforms.ask]
        type = "curious"
        inputs = ["numbers"]
        [sinks.out]
        type = "keep"
        inputs = ["ask"])",
                          {node_type<Curious>()});
    pipeline.run();
    CHECK(board("curious")->events == std::vector<std::string>{""});
    pipeline.adjust = [](RunOptions& options) { options.status = [] { return "well"; }; };
    pipeline.run();
    CHECK(board("curious")->events == std::vector<std::string>{"", "well"});
}

TEST_CASE("Runs are remembered in order, and lines that are cut are passed over") {
    const TempFolder folder;
    CHECK(read_runs(folder.path()).empty());
    const Timestamp first = *parse_timestamp("2025-11-03T14:30:00Z");
    append_run(folder.path(), {first, "0.1.0", "abc", "a \"b\".toml"});
    append_run(folder.path(), {first + std::chrono::hours{1}, "0.2.0", "def", "c.toml"});
    std::ofstream(folder.path() / "runs.jsonl", std::ios::app) << "{\"started\":\"2025-1";
    const auto runs = read_runs(folder.path());
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].file == "a \"b\".toml");
    CHECK(run_at(runs, first - std::chrono::seconds{1}) == nullptr);
    CHECK(run_at(runs, first)->version == "0.1.0");
    CHECK(run_at(runs, first + std::chrono::hours{2})->fingerprint == "def");
    CHECK_THROWS_WITH(append_run(folder.path() / "missing", runs[0]),
                      Catch::EndsWith("runs.jsonl' cannot be written"));
}
