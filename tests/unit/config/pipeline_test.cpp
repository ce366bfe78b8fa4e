#include <catch2/catch.hpp>

#include <chrono>

#include "problems.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using namespace std::chrono_literals;

namespace {

/// The problems of a file with these lines in [pipeline]; they begin on line 2.
Lines pipeline(const std::string& lines) {
    return Checked{"[pipeline]\n" + lines + "\n" + source_with("")}.problems();
}

}  // namespace

TEST_CASE("the settings of a pipeline are read") {
    const Checked checked{
        "[pipeline]\nname = \"prod\"\nstate_dir = \"../var/prod\"\n"
        "checkpoint_interval = \"5s\"\nshutdown_timeout = \"1m\"\n"
        "idle_timeout = \"500ms\"\n" +
        source_with("")};
    REQUIRE(checked.problems().empty());
    CHECK(checked.spec.name == "prod");
    CHECK(checked.spec.state_dir == "/var/prod");
    CHECK(checked.spec.checkpoint_interval == 5s);
    CHECK(checked.spec.shutdown_timeout == 1min);
    CHECK(checked.spec.idle_timeout == 500ms);
    CHECK(checked.spec.file == "/pipelines/p.toml");
}

TEST_CASE("without them the defaults hold, and the name is the file's") {
    const Checked checked{source_with("")};
    REQUIRE(checked.problems().empty());
    CHECK(checked.spec.name == "p");
    CHECK_FALSE(checked.spec.state_dir);
    CHECK(checked.spec.checkpoint_interval == 1s);
    CHECK(checked.spec.shutdown_timeout == 10s);
    CHECK(checked.spec.idle_timeout == 30s);
}

TEST_CASE("the settings of a pipeline are checked") {
    CHECK(pipeline("checkpoint_interval = \"9ms\"") ==
          Lines{"2:23 pipeline.checkpoint_interval: must be between 10ms and 1h; found the string "
                "\"9ms\""});
    CHECK(pipeline("checkpoint_interval = 1") ==
          Lines{"2:23 pipeline.checkpoint_interval: expected a duration with a unit (ns, us, ms, "
                "s, m, h, d), such as checkpoint_interval = \"1s\"; found the integer 1"});
    CHECK(pipeline("shutdown_timeout = \"25h\"") ==
          Lines{"2:20 pipeline.shutdown_timeout: must be between 1ms and 1d; found the string "
                "\"25h\""});
    CHECK(pipeline("idle_timeout = \"0s\"") ==
          Lines{"2:16 pipeline.idle_timeout: must be between 1ms and 1d; found the string "
                "\"0s\""});
    CHECK(pipeline("name = \"\"") ==
          Lines{"2:8 pipeline.name: must not be empty; remove the key to use the file's name"});
    CHECK(pipeline("stat_dir = \"x\"") ==
          Lines{"2:1 pipeline.stat_dir: unknown option (state_dir)"});
    CHECK(Checked{"pipeline = 5\n" + source_with("")}.problems() ==
          Lines{"1:12 pipeline: expected a table; found the integer 5"});
}

TEST_CASE("unknown sections are reported with the nearest") {
    CHECK(Checked{"[sink.a]\n[pipelines]\n[market]\nx = 1\n" + source_with("")}.problems() ==
          Lines{"1:1 sink: unknown section (sinks)", "2:1 pipelines: unknown section (pipeline)",
                "3:1 market: unknown section; a pipeline file has pipeline, control, sources, "
                "transforms "
                "and sinks"});
}

TEST_CASE("a misspelt section is not missing as well") {
    CHECK(Checked{"[source.a]\ntype = \"t\"\n[sink.b]\ntype = \"t\"\ninputs = [\"a\"]\n"}
              .problems() ==
          Lines{"1:1 source: unknown section (sources)", "3:1 sink: unknown section (sinks)"});
}

TEST_CASE("a pipeline has a source and a sink") {
    CHECK(Checked{""}.problems() ==
          Lines{"1:1 sources: the pipeline has no source; add a table [sources.NAME]",
                "1:1 sinks: the pipeline has no sink; add a table [sinks.NAME]"});
    CHECK(Checked{"[sources.a]\ntype = \"t\"\n[sinks]\n"}.problems() ==
          Lines{"3:1 sinks: the pipeline has no sink; add a table [sinks.NAME]"});
    CHECK(Checked{"sources = 5\n[sinks.b]\ntype = \"t\"\ninputs = [\"a\"]\n"}.problems() ==
          Lines{"1:1 sources: expected a table, written [sources.NAME]; found the integer 5"});
}

TEST_CASE("problems of syntax and of meaning are reported together") {
    CHECK(Checked{"[pipeline]\nname = prod\nstat_dir = \"x\"\n"
                  "[sources.feed]\ntype = \"t\n"
                  "[sinks.out\ninput = \"x\"\ninputs = [\"feed\"]\nqueue = 5\n"}
              .problems() ==
          Lines{"2:8 this is no value; texts stand in double quotes, as in key = \"text\"",
                "3:1 pipeline.stat_dir: unknown option (state_dir)",
                "5:10 the string has no end on its line, or holds a control character; close it "
                "with a quote, or write the character as \\uXXXX",
                "6:11 the table header has no end; a ']' is missing",
                "9:9 sinks.out.queue: expected a table; found the integer 5"});
}

TEST_CASE("when too much is broken only that is reported") {
    const Checked checked{"[sources.my feed]\ntype = \"t\"\n[sinks.out]\nx = 1\n"};
    CHECK(checked.problems().size() == 1);
    CHECK(checked.spec.nodes.empty());
}

TEST_CASE("a file of a thousand nodes is read at once") {
    std::string text = "[sources.n0]\ntype = \"generator\"\n";
    for (int i = 1; i < 1000; ++i) {
        text += "[sinks.n" + std::to_string(i) + "]\ntype = \"${TYPE:-t}\"\ninputs = [\"n" +
                std::to_string(i - 1) +
                "\"]\nqueue = { batches = 5 }\nrows = 5\nfile = \"a.csv\"\n";
    }
    const auto start = std::chrono::steady_clock::now();
    const Checked checked{text};
    const auto took = std::chrono::steady_clock::now() - start;
    CHECK(checked.problems().empty());
    CHECK(checked.spec.nodes.size() == 1000);
#if defined(NDEBUG)
    CHECK(took < 100ms);
#else
    CHECK(took < 1s);  // generous: unoptimised, perhaps under a sanitizer
#endif
}
