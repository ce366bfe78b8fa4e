#include <algorithm>
#include <filesystem>

#include <catch2/catch.hpp>

#include "harness.hpp"
#include "runtime/drop_letters.hpp"
#include "runtime/state_dir.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::test;
using Catch::Matchers::Contains;

namespace {

std::filesystem::path state_dir(const TempFolder& folder) {
    return folder.path() / "state";
}

/// Numbers up to `rows`, of which two transforms in a row refuse multiples; one sink behind them and one
/// beside.
std::string chain(const TempFolder& folder, int first, int second, int rows = 100) {
    return "[pipeline]\nstate_dir = \"" + state_dir(folder).string() +
           "\"\ncheckpoint_interval = \"10ms\"\n[sources.a]\ntype = \"count\"\nrows = " +
           std::to_string(rows) +
           "\n[transforms.first]\ntype = \"watch\"\ninputs = [\"a\"]\nreject = " +
           std::to_string(first) +
           "\n[transforms.second]\ntype = \"watch\"\ninputs = [\"first\"]\nreject = " +
           std::to_string(second) +
           "\n[sinks.out]\ntype = \"keep\"\ninputs = [\"second\"]\n"
           "[sinks.beside]\ntype = \"keep\"\nboard = \"beside\"\ninputs = [\"a\"]\n";
}

std::vector<std::int64_t> written() {
    std::vector<std::int64_t> numbers = board("sink")->written;
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

/// node and id of all letters.
std::vector<std::pair<std::string, std::uint64_t>> letters(const TempFolder& folder) {
    std::vector<std::pair<std::string, std::uint64_t>> found;
    for_each_letter(state_dir(folder), CheckpointStore(state_dir(folder)).load(), {},
                    [&](const ListedLetter& listed) {
                        if (listed.committed) {
                            found.emplace_back(listed.letter.node, listed.letter.id);
                        }
                    });
    return found;
}

}  // namespace

TEST_CASE("Letters of several nodes go through the pipeline again, each from its own node") {
    clear_boards();
    const TempFolder folder;
    TestPipeline(chain(folder, 10, 3)).run();
    CHECK(letters(folder).size() == 10 + 30);
    board("beside")->events.clear();

    const RunResult result = TestPipeline(chain(folder, 0, 0)).replay();
    CHECK(result.outcome == Outcome::done);
    CHECK(result.replayed == 40);
    CHECK(written() == numbers(0, 100));
    CHECK(letters(folder).empty());
    // What is not behind the nodes takes no part.
    CHECK(board("beside")->events.empty());

    TestPipeline(chain(folder, 0, 0, 120)).run();
    CHECK(written() == numbers(0, 120));
    CHECK(board("beside")->written == numbers(0, 120));
}

TEST_CASE("A row that is refused again further down waits there") {
    clear_boards();
    const TempFolder folder;
    TestPipeline(chain(folder, 10, 0)).run();
    TestPipeline(chain(folder, 0, 20)).replay();
    using Letters = std::vector<std::pair<std::string, std::uint64_t>>;
    CHECK(letters(folder) == Letters{{"transforms.second", 1},
                                     {"transforms.second", 2},
                                     {"transforms.second", 3},
                                     {"transforms.second", 4},
                                     {"transforms.second", 5}});
    CHECK(written().size() == 95);
}

TEST_CASE("A replay that fails or is given up has changed nothing") {
    clear_boards();
    const TempFolder folder;
    TestPipeline(chain(folder, 10, 0)).run();
    SECTION("a sink fails") {
        board("sink")->fail_at = 30;
        board("sink")->failures_left = 1;
        const RunResult result = TestPipeline(chain(folder, 0, 0)).replay();
        CHECK(result.outcome == Outcome::failed);
        CHECK(result.replayed == 0);
        CHECK_THAT(result.failures.back(), Contains("all its letters are still there"));
    }
    SECTION("aborted") {
        TestPipeline pipeline(chain(folder, 0, 0));
        pipeline.control().abort();
        CHECK(pipeline.replay().outcome == Outcome::failed);
    }
    SECTION("stopped") {
        TestPipeline pipeline(chain(folder, 0, 0));
        pipeline.control().stop();
        CHECK(pipeline.replay().outcome == Outcome::failed);
    }
    CHECK(letters(folder).size() == 10);
    CHECK(TestPipeline(chain(folder, 0, 0)).replay().outcome == Outcome::done);
    CHECK(written() == numbers(0, 100));
    CHECK(letters(folder).empty());
}

TEST_CASE("Letters of a node that the file no longer has are kept, and say so") {
    clear_boards();
    const TempFolder folder;
    TestPipeline(chain(folder, 10, 0)).run();
    std::string without = chain(folder, 0, 0);
    const std::size_t begin = without.find("[transforms.first]");
    without.erase(begin, without.find("[transforms.second]") - begin);
    without.replace(without.find("[\"first\"]"), 9, "[\"a\"]");
    TestPipeline(without).run();
    CHECK(letters(folder).size() == 10);
    CHECK_THROWS_WITH(
        TestPipeline(without).replay(),
        Contains("10 of transforms.first: the pipeline has no transforms.first any more"));
}

TEST_CASE("A join's letters come by the input that they came by") {
    clear_boards();
    const TempFolder folder;
    const std::string toml = "[pipeline]\nstate_dir = \"" + state_dir(folder).string() + R"("
        [sources.a]
        type = "count"
        [transforms.strict]
        type = "watch"
        inputs = ["a"]
        reject = 10
        [transforms.both]
        type = "join"
        inputs = { left = "strict", right = "a" }
        [sinks.out]
        type = "keep"
        inputs = ["both"])";
    TestPipeline(toml).run();
    CHECK(written().size() == 190);
    std::string mended = toml;
    mended.replace(mended.find("reject = 10"), 11, "reject = 0");
    TestPipeline(mended).replay();
    // The join went on counting the left where it stood: evens for the left, odds for the right.
    CHECK(written() == numbers(0, 200));
}

TEST_CASE("Dropped letters go, and the state_dir must be free") {
    clear_boards();
    const TempFolder folder;
    TestPipeline(chain(folder, 10, 3)).run();
    LetterFilter filter;
    filter.nodes = {"transforms.second"};
    CHECK(drop_letters(state_dir(folder), filter).dropped == 30);
    CHECK(letters(folder).size() == 10);
    filter.nodes.clear();
    filter.ids = {2};
    CHECK(drop_letters(state_dir(folder), filter).dropped == 1);
    const StateDir running(state_dir(folder));
    CHECK_THROWS_WITH(drop_letters(state_dir(folder), filter), Contains("is in use by process"));
}

TEST_CASE("A replay without letters says so") {
    clear_boards();
    const TempFolder folder;
    CHECK_THROWS_WITH(TestPipeline(chain(folder, 0, 0)).replay(), "no dead letter matches");
    TestPipeline(chain(folder, 0, 0)).run();
    CHECK_THROWS_WITH(TestPipeline(chain(folder, 0, 0)).replay(), "no dead letter matches");
}
