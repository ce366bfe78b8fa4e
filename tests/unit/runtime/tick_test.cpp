#include <algorithm>
#include <thread>

#include <catch2/catch.hpp>

#include "harness.hpp"

using namespace tsflow;
using namespace tsflow::test;

namespace {

void tell(const std::string& event) {
    board("metronome")->note(event);
    board("metronome")->changed.notify_all();
}

/// Emits the number of each tick; notes on its board what the host calls.
class Metronome final : public Transform {
public:
    static constexpr std::string_view name = "metronome";
    static constexpr std::string_view doc = "Counts ticks.";
    struct Config {
        std::int64_t fail_at = -1;
    };
    static void describe(Options<Config>& o) {
        o.optional("fail_at", &Config::fail_at, "Tick that fails");
    }
    explicit Metronome(Config config) : config_(config) {}
    Ports bind(const Ports&) override { return single(number_schema()); }
    void process_input(std::size_t, Batch, Emitter&) override {}
    void finish_input(std::size_t input, Emitter&) override {
        tell("input " + std::to_string(input) + " over");
    }
    void finish(Emitter&) override { tell("finish"); }
    std::optional<Millis> tick_every() const noexcept override { return Millis{1}; }
    void tick(Emitter& out) override {
        if (ticks_ == config_.fail_at) {
            throw Error("out of step");
        }
        BatchBuilder rows(number_schema());
        rows.push(0, ticks_++);
        rows.push(1, Timestamp{});
        out.emit(rows.finish());
        tell("tick");
    }

private:
    Config config_;
    std::int64_t ticks_ = 0;
};

/// Runs until `event` was noted for the n-th time.
RunResult run_until(TestPipeline& pipeline, const std::string& event, std::ptrdiff_t times) {
    std::thread stopper([&] {
        const auto seen = board("metronome");
        std::unique_lock lock(seen->mutex);
        seen->changed.wait(lock, [&] {
            return std::count(seen->events.begin(), seen->events.end(), event) >= times;
        });
        pipeline.control().stop();
    });
    RunResult result = pipeline.run();
    stopper.join();
    return result;
}

std::vector<std::string> without_ticks() {
    std::vector<std::string> events = board("metronome")->events;
    std::erase(events, "tick");
    return events;
}

}  // namespace

TEST_CASE("A transform is called by the clock while nothing comes") {
    clear_boards();
    const auto* const riding = R"(
        [sources.quiet]
        type = "feed"
        rows = 0
        [transforms.beat]
        type = "metronome"
        inputs = ["quiet"])";
    const auto* const queued = R"(
        [sources.quiet]
        type = "feed"
        rows = 0
        [sources.other]
        type = "feed"
        rows = 0
        [transforms.beat]
        type = "metronome"
        inputs = { left = "quiet", right = "other" })";
    const auto* const sources = GENERATE_COPY(riding, queued);
    TestPipeline pipeline(std::string(sources) + R"(
        [sinks.out]
        type = "keep"
        inputs = ["beat"])",
                          {node_type<Metronome>()});
    CHECK(run_until(pipeline, "tick", 5).outcome == Outcome::done);
    const auto& written = board("sink")->written;
    REQUIRE(written.size() >= 5);
    CHECK(written == numbers(0, static_cast<std::int64_t>(written.size())));
    CHECK(board("metronome")->events.back() == "finish");
}

TEST_CASE("A join hears that one of its inputs is over while the other goes on") {
    clear_boards();
    TestPipeline pipeline(R"(
        [sources.endless]
        type = "feed"
        rows = 0
        [sources.short]
        type = "count"
        rows = 10
        [transforms.beat]
        type = "metronome"
        inputs = { left = "endless", right = "short" }
        [sinks.out]
        type = "keep"
        inputs = ["beat"])",
                          {node_type<Metronome>()});
    CHECK(run_until(pipeline, "input 1 over", 1).outcome == Outcome::done);
    CHECK(without_ticks() == std::vector<std::string>{"input 1 over", "input 0 over", "finish"});
}

TEST_CASE("A tick that throws fails its node by name") {
    clear_boards();
    TestPipeline pipeline(R"(
        [sources.quiet]
        type = "feed"
        rows = 0
        [transforms.beat]
        type = "metronome"
        fail_at = 2
        inputs = ["quiet"]
        [sinks.out]
        type = "keep"
        inputs = ["beat"])",
                          {node_type<Metronome>()});
    CHECK(pipeline.run().outcome == Outcome::failed);
    CHECK(std::any_of(pipeline.logs.begin(), pipeline.logs.end(), [](const std::string& line) {
        return line.find("transforms.beat") != std::string::npos &&
               line.find("out of step") != std::string::npos;
    }));
    CHECK(board("sink")->written == numbers(0, 2));
}
