#include "jsonl.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "common/tests/sandbox.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using Catch::Matchers::Contains;

namespace {

Batch quotes() {
    return table(R"(
        symbol:symbol  time:timestamp         close:float64[USD]  volume:int64?
        MSFT           2016-04-15T13:30:00Z   55.25               100
        SPY            2016-04-15T13:31:00Z   208.5               null )");
}

const std::string first_line =
    R"({"symbol":"MSFT","time":"2016-04-15T13:30:00Z","close":55.25,"volume":100})"
    "\n";
const std::string second_line =
    R"({"symbol":"SPY","time":"2016-04-15T13:31:00Z","close":208.5,"volume":null})"
    "\n";

std::string options_for(const std::filesystem::path& path) {
    return "path = '" + path.string() + "'\n";
}

class Writing {
public:
    explicit Writing(const std::filesystem::path& path, const SchemaPtr& schema = quotes().schema())
        : sink_(make<Jsonl>(options_for(path))) {
        sink_->bind(single(schema));
        sink_->open(context_);
    }
    ~Writing() { sink_->close(); }
    Jsonl* operator->() { return sink_.get(); }
    std::string commit() {
        StateWriter state;
        sink_->commit({1, "p"}, state);
        return state.bytes();
    }

private:
    TestContext context_;
    std::unique_ptr<Jsonl> sink_;
};

}  // namespace

TEST_CASE("jsonl writes an object a row") {
    const Sandbox box;
    Writing sink(box / "out.jsonl");
    sink->write(quotes());
    sink.commit();
    CHECK(content(box / "out.jsonl") == first_line + second_line);
}

TEST_CASE("jsonl escapes texts and has null for what JSON cannot say") {
    const Sandbox box;
    BatchBuilder rows(Schema::make({{.name = "te\"xt", .type = Type::string}, {.name = "x"}}));
    rows.push(0, "a\"b\\c\nd\x01\xc3\xa9");
    rows.push(1, std::numeric_limits<double>::quiet_NaN());
    const Batch batch = rows.finish();
    Writing sink(box / "out.jsonl", batch.schema());
    sink->write(batch);
    sink.commit();
    CHECK(content(box / "out.jsonl") ==
          "{\"te\\\"xt\":\"a\\\"b\\\\c\\nd\\u0001\xc3\xa9\",\"x\":null}\n");
}

TEST_CASE("after a kill jsonl goes on from the checkpoint without a row doubled or lost") {
    const Sandbox box;
    const auto path = box / "out.jsonl";
    CHECK(in_killed_process([&] {
              Writing sink(path);
              sink->write(quotes());
              put(box / "state", sink.commit());
              for (int i = 0; i < 10'000; ++i) {
                  sink->write(quotes());
              }
              return 0;
          }) == 0);
    CHECK(content(path).size() > 300'000);

    Writing sink(path);
    const std::string bytes = content(box / "state");
    StateReader state(bytes);
    sink->restore(state);
    sink->write(quotes().slice(0, 1));
    sink.commit();
    CHECK(content(path) == first_line + second_line + first_line);
}

TEST_CASE("jsonl without a checkpoint is written anew") {
    const Sandbox box;
    for (int run = 0; run < 2; ++run) {
        Writing sink(box / "out.jsonl");
        sink->write(quotes());
        sink.commit();
    }
    CHECK(content(box / "out.jsonl") == first_line + second_line);
}

TEST_CASE("jsonl to a full device says so") {
    Writing sink("/dev/full");
    sink->write(quotes());
    CHECK_THROWS_WITH(sink.commit(), Contains("/dev/full"));
}

TEST_CASE("jsonl refuses a file that was cut since the checkpoint") {
    const Sandbox box;
    std::string bytes;
    {
        Writing sink(box / "out.jsonl");
        sink->write(quotes());
        bytes = sink.commit();
    }
    std::filesystem::resize_file(box / "out.jsonl", 10);
    Writing sink(box / "out.jsonl");
    StateReader state(bytes);
    CHECK_THROWS_WITH(sink->restore(state), Contains("holds 10 bytes"));
}

TEST_CASE("jsonl conforms") {
    const Sandbox box;
    const Batch batch = quotes();
    Sample sample{options_for(box / "out.jsonl"), {batch, batch.slice(1, 1)}, [&] {
                      std::filesystem::remove(box / "out.jsonl");
                  }};
    CHECK(conformance<Jsonl>(sample) == std::vector<std::string>{});
}
