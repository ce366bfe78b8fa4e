#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "harness.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::test;

namespace {

/// Keeps a line for each run in a file of its own folder, and ends at the second reload.
class Diary final : public Source {
public:
    static constexpr std::string_view name = "diary";
    static constexpr std::string_view doc = "Writes into its folder.";
    struct Config {};
    static void describe(Options<Config>&) {}
    explicit Diary(Config) {}
    Ports outputs() const override { return single(number_schema()); }
    void probe(Context& context) override {
        context.log(Level::info, "looking");
        context.log(Level::warning, "odd");
        context.log(Level::error, "wrong");
        throw Error("folder " + context.state_dir().string());
    }
    void open(Context& context) override {
        context_ = &context;
        const std::filesystem::path folder = context.state_dir();
        board("diary")->note(folder.string());
        if (!folder.empty()) {
            std::ofstream(folder / "runs", std::ios::app) << "run\n";
        }
        context.gauge("level").set(7);
        context.gauge("level").set(-3);
        context.gauge("zero").set(0);
    }
    Poll poll(Emitter&, Millis) override {
        board("diary")->note(std::to_string(context_->reloads()));
        if (on_poll) {
            on_poll();
        }
        return context_->reloads() < 2 ? Poll::idle : Poll::done;
    }

    static inline std::function<void()> on_poll;

private:
    Context* context_ = nullptr;
};

TestPipeline diary(const std::string& pipeline) {
    return TestPipeline(pipeline + R"(
        [sources.diary]
        type = "diary"
        [sinks.out]
        type = "keep"
        inputs = ["diary"])",
                        {node_type<Diary>()});
}

/// Runs a diary to its end; what it noted first is its folder.
RunResult run_diary(TestPipeline& pipeline) {
    clear_boards();
    Diary::on_poll = nullptr;
    pipeline.control().reload();
    pipeline.control().reload();
    return pipeline.run();
}

std::string with_state(const std::filesystem::path& folder) {
    return "[pipeline]\nstate_dir = \"" + folder.string() + "\"";
}

}  // namespace

TEST_CASE("A node has a folder of its own in the state_dir, and finds it again") {
    const TempFolder temp;
    const std::filesystem::path folder = temp.path() / "state/nodes/sources.diary";
    for (const char* runs : {"run\n", "run\nrun\n"}) {
        TestPipeline pipeline = diary(with_state(temp.path() / "state"));
        CHECK(run_diary(pipeline).outcome == Outcome::done);
        CHECK(board("diary")->events.front() == folder.string());
        std::ifstream file(folder / "runs");
        CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == runs);
    }
    // Only nodes that ask for one have one.
    CHECK_FALSE(std::filesystem::exists(temp.path() / "state/nodes/sinks.out"));
}

TEST_CASE("Without a state_dir a node has no folder") {
    TestPipeline pipeline = diary("");
    CHECK(run_diary(pipeline).outcome == Outcome::done);
    CHECK(board("diary")->events.front().empty());
}

TEST_CASE("A folder that cannot be made refuses the start and is named") {
    const TempFolder temp;
    std::ofstream(temp.path() / "nodes") << "a file in its place";
    TestPipeline pipeline = diary(with_state(temp.path()));
    const std::string folder = (temp.path() / "nodes/sources.diary").string();
    CHECK_THROWS_WITH(run_diary(pipeline),
                      Catch::Contains("sources.diary: cannot make the node's folder '" + folder));
}

TEST_CASE("A probe makes no folder and shows the one that is there") {
    const TempFolder temp;
    const std::filesystem::path folder = temp.path() / "nodes/sources.diary";
    TestPipeline pipeline = diary(with_state(temp.path()));
    CHECK_THAT(pipeline.probe(), Catch::Contains("sources.diary: folder \n"));
    CHECK_FALSE(std::filesystem::exists(temp.path() / "nodes"));
    std::filesystem::create_directories(folder);
    CHECK_THAT(pipeline.probe(), Catch::Contains("folder " + folder.string()));
    CHECK_THAT(diary("").probe(), Catch::Contains("sources.diary: folder \n"));
}

TEST_CASE("What a node says while it looks is reported beside what it throws") {
    CHECK_THAT(diary("").probe(), Catch::Contains("warning: sources.diary: odd\n") &&
                                      Catch::Contains("error: sources.diary: wrong\n") &&
                                      !Catch::Contains("looking"));
}

TEST_CASE("Gauges show what they were set to last") {
    TestPipeline pipeline = diary("");
    const RunResult result = run_diary(pipeline);
    REQUIRE(result.metrics.nodes.front().path == "sources.diary");
    CHECK(result.metrics.nodes.front().gauges ==
          std::vector<std::pair<std::string, std::int64_t>>{{"level", -3}, {"zero", 0}});
    CHECK(result.metrics.nodes.front().counters.empty());
}

TEST_CASE("A reload is seen while the pipeline runs, and does not end it") {
    clear_boards();
    TestPipeline pipeline = diary("");
    Diary::on_poll = [&] { pipeline.control().reload(); };
    CHECK(pipeline.run().outcome == Outcome::done);
    const std::vector<std::string> expected = {"", "0", "1"};
    CHECK(board("diary")->events == expected);
    Diary::on_poll = nullptr;
}
