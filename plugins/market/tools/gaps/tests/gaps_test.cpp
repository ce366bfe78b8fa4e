// The list and the command as users meet it: `tsflow gaps`.
#include "gaps/gaps.hpp"

#include <stdlib.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "ledger/gap_ledger.hpp"

using namespace tsflow;
using namespace tsflow::massive;

namespace {

Timestamp at(int minute) {
    return *parse_timestamp("2026-11-20T14:30:00Z") + std::chrono::minutes{minute};
}

/// A folder with a pipeline file and the ledgers of its sources, as a run leaves them.
class Pipeline {
public:
    Pipeline() {
        std::string name = (std::filesystem::temp_directory_path() / "gaps_XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder_ = name;
        write(R"([pipeline]
name = "prod"
state_dir = "state"
[sources.feed]
type = "massive"
api_key = "${A_VARIABLE_THAT_IS_NOT_SET_HERE}"
[sources.other]
type = "massive"
[sinks.out]
type = "blackhole"
inputs = ["feed.minute", "other.minute"]
)");
    }
    ~Pipeline() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

    std::filesystem::path file() const { return folder_ / "prod.toml"; }
    std::filesystem::path ledger_file(const std::string& node) const {
        return folder_ / "state" / "nodes" / node / "gaps.sqlite";
    }
    void write(const std::string& text) const { std::ofstream(file()) << text; }

    /// A filled hole of AAPL, one of BRK.B that is still dark, and a permanent one of trades.
    std::unique_ptr<GapLedger> fill(const std::string& node = "sources.feed") const {
        auto ledger = std::make_unique<GapLedger>();
        ledger->open(ledger_file(node));
        const std::vector<std::string> two{"AAPL", "BRK.B"};
        const Gap first = ledger
                              ->begin(two, Channel::minute, at(0), Cause::disconnect, at(1),
                                      "lost \"main\", again")
                              .front();
        ledger->end(std::vector<std::string>{"AAPL"}, Channel::minute, at(3), at(4));
        ledger->progress(std::vector<GapLedger::Progress>{{first.id, at(3), 3}}, at(5));
        ledger->begin(std::vector<std::string>{"AAPL"}, Channel::trades, at(2), Cause::restart,
                      at(6), "");
        const Gap trades =
            ledger->end(std::vector<std::string>{"AAPL"}, Channel::trades, at(4), at(6))
                .closed.front();
        ledger->settle(std::vector{trades.id}, GapState::permanent, "only bars can be fetched",
                       at(6));
        return ledger;
    }

private:
    std::filesystem::path folder_;
};

struct Output {
    int code;
    std::string text;  ///< both streams
};

/// `tsflow gaps …`, through the command line as users call it.
Output tsflow_gaps(const std::string& arguments) {
    const std::string command =
        std::string(std::getenv("TSFLOW_BUILD_DIR")) + "/bin/tsflow gaps " + arguments + " 2>&1";
    FILE* const pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    Output output{0, {}};
    char buffer[4096];
    while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, pipe)) {
        output.text.append(buffer, size);
    }
    const int status = ::pclose(pipe);
    output.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return output;
}

}  // namespace

TEST_CASE("Gaps are listed as a table while the pipeline runs") {
    const Pipeline pipeline;
    const auto ledger = pipeline.fill();
    const Output output = tsflow_gaps(pipeline.file().string());
    CHECK(output.code == 0);
    CHECK(
        output.text ==
        "SYMBOL  CHANNEL  FROM                  TO                    CAUSE       STATE      ROWS  "
        "DETAIL\n"
        "AAPL    minute   2026-11-20T14:30:00Z  2026-11-20T14:33:00Z  disconnect  filled     3     "
        "lost \"main\", again\n"
        "BRK.B   minute   2026-11-20T14:30:00Z  still dark            disconnect  open       0     "
        "lost \"main\", again\n"
        "AAPL    trades   2026-11-20T14:32:00Z  2026-11-20T14:34:00Z  restart     permanent  0     "
        "only bars can be fetched\n"
        "3 gaps: 1 open, 1 filled, 1 permanent\n");
}

TEST_CASE("Gaps of several sources are told apart") {
    const Pipeline pipeline;
    pipeline.fill();
    pipeline.fill("sources.other");
    const auto ledgers = read_ledgers({pipeline.file(), {}, {}, {}}, {{GapState::open}, "", {}});
    REQUIRE(ledgers.size() == 2);
    CHECK(ledgers[1].source == "sources.other");
    REQUIRE(ledgers[1].gaps.size() == 1);
    CHECK(ledgers[1].gaps[0].symbol == "BRK.B");
    CHECK_THAT(print_gaps(ledgers, GapFormat::text),
               Catch::StartsWith("SOURCE         SYMBOL  CHANNEL") &&
                   Catch::Contains("\nsources.other  BRK.B   minute") &&
                   Catch::EndsWith("\n2 gaps: 2 open\n"));
}

TEST_CASE("Gaps can be narrowed and printed for programs") {
    const Pipeline pipeline;
    pipeline.fill();
    const std::string file = pipeline.file().string();
    const Output json = tsflow_gaps(file + " --format json --symbol BRK.B");
    CHECK(json.code == 0);
    CHECK(
        json.text ==
        "[\n{\"source\":\"sources.feed\",\"id\":2,\"channel\":\"minute\",\"symbol\":\"BRK.B\","
        "\"from\":\"2026-11-20T14:30:00Z\",\"to\":null,\"cause\":\"disconnect\",\"state\":\"open\","
        "\"filled_to\":\"2026-11-20T14:30:00Z\",\"rows\":0,\"detected\":\"2026-11-20T14:31:00Z\","
        "\"changed\":\"2026-11-20T14:31:00Z\",\"detail\":\"lost \\\"main\\\", again\"}\n]\n");
    const Output csv = tsflow_gaps(file + " --format=csv --state filled,permanent");
    CHECK(csv.text ==
          "source,id,channel,symbol,from,to,cause,state,filled_to,rows,detected,changed,detail\n"
          "sources.feed,1,minute,AAPL,2026-11-20T14:30:00Z,2026-11-20T14:33:00Z,disconnect,filled,"
          "2026-11-20T14:33:00Z,3,2026-11-20T14:31:00Z,2026-11-20T14:35:00Z,"
          "\"lost \"\"main\"\", again\"\n"
          "sources.feed,3,trades,AAPL,2026-11-20T14:32:00Z,2026-11-20T14:34:00Z,restart,permanent,"
          "2026-11-20T14:32:00Z,0,2026-11-20T14:36:00Z,2026-11-20T14:36:00Z,only bars can be "
          "fetched\n");
    CHECK(tsflow_gaps(file + " --since 2026-11-20T14:33:00Z --symbol AAPL").text.find("trades") !=
          std::string::npos);
    CHECK(tsflow_gaps(file + " --since 2026-11-20T14:34:00Z --symbol AAPL").text == "0 gaps\n");
    CHECK(tsflow_gaps(file + " --symbol NONE --format json").text == "[]\n");
    CHECK(tsflow_gaps(file + " --since 1s --state filled").text == "0 gaps\n");
}

TEST_CASE("What cannot be listed is told with file and reason") {
    const Pipeline pipeline;
    const std::string file = pipeline.file().string();
    SECTION("no ledger yet") {
        const Output output = tsflow_gaps(file);
        CHECK(output.code == 1);
        CHECK_THAT(output.text, Catch::Contains("no source of this pipeline has a ledger") &&
                                    Catch::Contains(pipeline.ledger_file("sources.feed").string()));
    }
    SECTION("a ledger that is none") {
        std::filesystem::create_directories(pipeline.ledger_file("sources.feed").parent_path());
        std::ofstream(pipeline.ledger_file("sources.feed")) << std::string(4096, 'x');
        const Output output = tsflow_gaps(file);
        CHECK(output.code == 1);
        CHECK_THAT(output.text,
                   Catch::Contains("gaps.sqlite") && Catch::Contains("not made by SQLite"));
    }
    SECTION("no pipeline file") {
        const Output output = tsflow_gaps("missing.toml");
        CHECK(output.code == 78);
        CHECK_THAT(output.text, Catch::Contains("missing.toml"));
    }
    SECTION("a pipeline without state") {
        pipeline.write("[sources.feed]\ntype = \"massive\"\n");
        const Output output = tsflow_gaps(file);
        CHECK(output.code == 78);
        CHECK_THAT(output.text, Catch::Contains("has no state_dir"));
        pipeline.fill();
        CHECK(tsflow_gaps(file + " --set pipeline.name=x --set pipeline.state_dir=" +
                          (pipeline.file().parent_path() / "state").string())
                  .code == 0);
    }
    SECTION("a file that is no TOML") {
        pipeline.write("[pipeline\n");
        const Output output = tsflow_gaps(file);
        CHECK(output.code == 78);
        CHECK_THAT(output.text, Catch::Contains("prod.toml:1"));
    }
}

TEST_CASE("A wrong command line of gaps exits with 2 and says what is wrong") {
    const auto told = [](const std::string& arguments) {
        const Output output = tsflow_gaps(arguments);
        CHECK(output.code == 2);
        return output.text;
    };
    CHECK_THAT(told(""), Catch::Contains("FILE is missing"));
    CHECK_THAT(told("a.toml b.toml"), Catch::Contains("'b.toml'"));
    CHECK_THAT(told("a.toml --state opened"), Catch::Contains("'opened'"));
    CHECK_THAT(told("a.toml --format xml"), Catch::Contains("'xml'"));
    CHECK_THAT(told("a.toml --since yesterday"), Catch::Contains("'yesterday'"));
    CHECK_THAT(told("a.toml --set x"), Catch::Contains("KEY=VALUE"));
    CHECK_THAT(told("a.toml --stat open"), Catch::Contains("did you mean '--state'"));
    const Output help = tsflow_gaps("--help");
    CHECK(help.code == 0);
    CHECK_THAT(help.text, Catch::Contains("Usage: tsflow gaps FILE"));
}
