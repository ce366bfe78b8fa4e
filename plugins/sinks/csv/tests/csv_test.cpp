#include "csv.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>

#include "common/tests/sandbox.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using Catch::Matchers::Contains;

namespace {

Batch quotes() {
    return table(R"(
        symbol:symbol  time:timestamp/event_time     close:float64[USD]  volume:int64?
        MSFT           2016-04-15T13:30:00Z          55.25               100
        SPY            2016-04-15T13:31:00.000001Z   208.5               null )");
}

std::string options_for(const std::filesystem::path& path, const std::string& more = {}) {
    return "path = '" + path.string() + "'\n" + more;
}

/// A csv sink at work on one file.
class Writing {
public:
    explicit Writing(const std::string& toml, const SchemaPtr& schema = quotes().schema())
        : sink_(make<Csv>(toml)) {
        sink_->bind(single(schema));
        sink_->open(context_);
    }
    ~Writing() { sink_->close(); }
    Csv* operator->() { return sink_.get(); }
    std::string commit() {
        StateWriter state;
        sink_->commit({++id_, "p"}, state);
        return state.bytes();
    }
    void restore(const std::string& bytes) {
        StateReader state(bytes);
        sink_->restore(state);
    }

private:
    TestContext context_;
    std::unique_ptr<Csv> sink_;
    std::uint64_t id_ = 0;
};

std::string written(const Batch& batch, const std::string& more = {}) {
    const Sandbox box;
    Writing sink(options_for(box / "out.csv", more), batch.schema());
    sink->write(batch);
    sink.commit();
    return content(box / "out.csv");
}

}  // namespace

TEST_CASE("csv writes a header and a line a row") {
    CHECK(written(quotes()) ==
          "symbol,time,close,volume\n"
          "MSFT,2016-04-15T13:30:00Z,55.25,100\n"
          "SPY,2016-04-15T13:31:00.000001Z,208.5,\n");
}

TEST_CASE("csv quotes what RFC 4180 wants quoted, and tells null from the empty text") {
    const SchemaPtr schema = Schema::make({{.name = "a,b", .type = Type::string, .nullable = true},
                                           {.name = "s", .type = Type::symbol}});
    BatchBuilder rows(schema);
    for (const char* text : {"plain", "a,b", "say \"hi\"", "line\nbreak", "cr\r", "", " blank "}) {
        rows.push(0, text);
        rows.push(1, text);
    }
    rows.push_null(0);
    rows.push(1, "NULL");
    CHECK(written(rows.finish()) ==
          "\"a,b\",s\n"
          "plain,plain\n"
          "\"a,b\",\"a,b\"\n"
          "\"say \"\"hi\"\"\",\"say \"\"hi\"\"\"\n"
          "\"line\nbreak\",\"line\nbreak\"\n"
          "\"cr\r\",\"cr\r\"\n"
          "\"\",\"\"\n"
          " blank , blank \n"
          ",NULL\n");
}

TEST_CASE("csv writes every type as append_value does") {
    const Batch batch = table(R"(
        b:bool     i:int64                f:float64  d:date      n:float64?
        true       -9223372036854775808   0.1        2016-04-15  null
        false      9223372036854775807    -1e300     1969-12-31  1 )");
    CHECK(written(batch, "header = false") ==
          "true,-9223372036854775808,0.1,2016-04-15,\n"
          "false,9223372036854775807,-1e+300,1969-12-31,1\n");
}

TEST_CASE("csv parts fields by the delimiter that it is given") {
    const Batch batch = table("a:string b:string\n \"x;y\" \"x,y\"");
    CHECK(written(batch, "delimiter = ';'") == "a;b\n\"x;y\";x,y\n");
    CHECK(written(batch, "delimiter = \"\\t\"") == "a\tb\nx;y\tx,y\n");
    for (const char* wrong : {"''", "',,'", "'\"'", "'.'", "'-'", "'1'", "'e'", "\"\\n\""}) {
        INFO(wrong);
        const auto messages = errors<Csv>("path = 'x'\ndelimiter = " + std::string{wrong});
        REQUIRE(messages.size() == 1);
        CHECK_THAT(messages[0], Contains("cannot part fields"));
    }
}

TEST_CASE("csv of a run without rows is the header") {
    const Sandbox box;
    put(box / "out.csv", "of an earlier run");
    Writing sink(options_for(box / "out.csv"));
    CHECK(content(box / "out.csv") == "of an earlier run");
    sink.commit();
    CHECK(content(box / "out.csv") == "symbol,time,close,volume\n");
}

TEST_CASE("after a kill csv goes on from the checkpoint without a row doubled or lost") {
    const Sandbox box;
    const std::string toml = options_for(box / "out.csv");
    const Batch batch = quotes();
    CHECK(in_killed_process([&] {
              Writing sink(toml);
              sink->write(batch);
              put(box / "state", sink.commit());
              for (int i = 0; i < 10'000; ++i) {  // far more than what stays in memory
                  sink->write(batch);
              }
              return 0;
          }) == 0);
    CHECK(content(box / "out.csv").size() > 300'000);

    Writing sink(toml);
    sink.restore(content(box / "state"));
    CHECK(content(box / "out.csv") == written(batch));
    sink->write(batch.slice(1, 1));
    sink.commit();
    CHECK(content(box / "out.csv") == written(batch) + "SPY,2016-04-15T13:31:00.000001Z,208.5,\n");
}

TEST_CASE("csv refuses to go on with other columns") {
    const Sandbox box;
    std::string state;
    {
        Writing sink(options_for(box / "out.csv"));
        state = sink.commit();
    }
    Writing other(options_for(box / "out.csv"), table("price:float64\n1").schema());
    CHECK_THROWS_WITH(other.restore(state), Contains("'symbol,time,close,volume'") &&
                                                Contains("'price'") &&
                                                Contains("choose another path"));
}

TEST_CASE("csv to a full disk keeps nothing of the failed batch") {
    const Sandbox box;
    const Batch batch = quotes();
    std::vector<Batch> copies(5'000, batch);
    const Batch large = concat(copies);
    Writing sink(options_for(box / "out.csv"));
    sink->write(batch);
    {
        const FileSizeLimit limit(100'000);
        CHECK_THROWS_AS(sink->write(large), RetryableError);
    }
    sink->write(batch);
    sink.commit();
    copies.resize(2);
    CHECK(content(box / "out.csv") == written(concat(copies)));
}

TEST_CASE("csv to '-' goes to the standard output, at least once") {
    const Sandbox box;
    std::fflush(stdout);
    const int before = ::dup(STDOUT_FILENO);
    const int file = ::open((box / "stdout").c_str(), O_CREAT | O_WRONLY, 0600);
    ::dup2(file, STDOUT_FILENO);
    {
        Writing sink("path = '-'\nheader = false");
        CHECK(sink->repeats() == Repeats::doubled);
        sink->write(quotes().slice(0, 1));
        sink.commit();
    }
    ::dup2(before, STDOUT_FILENO);
    ::close(before);
    ::close(file);
    CHECK(content(box / "stdout") == "MSFT,2016-04-15T13:30:00Z,55.25,100\n");
}

TEST_CASE("csv removes what a restart repeats") {
    CHECK(make<Csv>("path = '/nowhere/out.csv'")->repeats() == Repeats::removed);
    CHECK(make<Csv>("path = '/dev/null'")->repeats() == Repeats::doubled);
}

TEST_CASE("csv refuses rows without columns") {
    const auto sink = make<Csv>("path = 'x.csv'");
    CHECK_THROWS_AS(sink->bind(single(Schema::make({}))), ConfigError);
}

TEST_CASE("probing csv looks at the path and makes nothing") {
    const Sandbox box;
    TestContext context;
    CHECK_NOTHROW(make<Csv>(options_for(box / "a/out.csv"))->probe(context));
    CHECK_THROWS_AS(make<Csv>(options_for(box.path()))->probe(context), Error);
    CHECK(std::filesystem::is_empty(box.path()));
}

TEST_CASE("csv conforms") {
    const Sandbox box;
    const Batch batch = quotes();
    Sample sample{options_for(box / "out.csv"), {batch, batch.slice(1, 1)}, [&] {
                      std::filesystem::remove(box / "out.csv");
                  }};
    CHECK(conformance<Csv>(sample) == std::vector<std::string>{});
}
