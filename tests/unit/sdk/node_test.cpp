#include "tsflow/node.hpp"

#include <catch2/catch.hpp>

#include "tsflow/builder.hpp"
#include "tsflow/plugin.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using Catch::Matchers::Equals;

namespace {

SchemaPtr schema() {
    return Schema::make({{"x", Type::int64}});
}

struct QuietSource final : Source {
    Ports outputs() const override { return single(schema()); }
    Poll poll(Emitter& /*out*/, Millis /*max_wait*/) override { return Poll::done; }
};
struct PassThrough final : Transform {
    Ports bind(const Ports& inputs) override { return single(only(inputs)); }
    void process(Batch batch, Emitter& out) override { out.emit(std::move(batch)); }
};
struct JoinOnly final : Transform {
    Ports bind(const Ports& inputs) override { return inputs; }
};
struct QuietSink final : Sink {
    void bind(const Ports& /*inputs*/) override {}
    void commit(const Checkpoint& /*checkpoint*/, StateWriter& /*state*/) override {}
    Repeats repeats() const noexcept override { return Repeats::harmless; }
};
struct CountingSink final : Sink {
    void bind(const Ports& /*inputs*/) override {}
    void write(const Batch& /*batch*/) override { ++writes; }
    void commit(const Checkpoint& /*checkpoint*/, StateWriter& /*state*/) override {}
    Repeats repeats() const noexcept override { return Repeats::doubled; }
    int writes = 0;
};

}  // namespace

TEST_CASE("a single port is named out") {
    const Ports ports = single(schema());
    REQUIRE(ports.size() == 1);
    CHECK(ports[0].name == "out");
    CHECK(same(ports[0].schema, schema()));
}

TEST_CASE("only one input is the only input") {
    const Ports one = single(schema());
    CHECK(only(one) == one[0].schema);
    const auto option_of = [](const Ports& ports) {
        try {
            only(ports);
        } catch (const ConfigError& error) {
            return error.option();
        }
        return std::string{};
    };
    CHECK(option_of({}) == "inputs");
    CHECK(option_of({{"bars", schema()}, {"daily", schema()}}) == "inputs");
    CHECK_THROWS_WITH(only({{"bars", schema()}, {"daily", schema()}}),
                      Catch::Contains("2 named ones (bars, daily)"));
}

TEST_CASE("a source is live unless it says otherwise") {
    QuietSource source;
    StateWriter position;
    source.position(position);
    CHECK(position.bytes().empty());
    CHECK_FALSE(source.replayable());
    CHECK_FALSE(source.progress());
    StateReader reader("");
    CHECK_THROWS_WITH(source.resume(reader), Catch::StartsWith("this source is not replayable"));
}

TEST_CASE("a transform passes watermarks on and has no memory by default") {
    PassThrough transform;
    tsflow::testing::CollectingEmitter out;
    transform.advance(Timestamp{Duration{5}}, out);
    CHECK(out.watermarks == std::vector<Timestamp>{Timestamp{Duration{5}}});
    CHECK(transform.memory() == Memory::none);
    transform.finish(out);
    StateWriter state;
    transform.snapshot(state);
    CHECK(state.bytes().empty());
    StateReader reader("");
    transform.restore(reader);

    BatchBuilder builder(schema());
    builder.push(0, std::int64_t{1});
    transform.process_input(3, builder.finish(), out);
    CHECK(out.rows() == 1);
}

TEST_CASE("a join without process and a sink without write say so") {
    tsflow::testing::CollectingEmitter out;
    JoinOnly join;
    CHECK_THROWS_WITH(join.process(Batch{}, out), Catch::Contains("has no process()"));
    CHECK_THROWS_WITH(join.process_input(0, Batch{}, out), Catch::Contains("has no process()"));
    QuietSink sink;
    CHECK_THROWS_WITH(sink.write(Batch{}), Catch::Contains("has no write()"));
}

TEST_CASE("a sink takes the rows of any input by write unless overridden") {
    CountingSink sink;
    sink.write_input(0, Batch{});
    sink.write_input(1, Batch{});
    CHECK(sink.writes == 2);
    StateReader reader("");
    sink.restore(reader);
}

TEST_CASE("open, close and probe do nothing unless overridden") {
    PassThrough node;
    tsflow::testing::TestContext context;
    node.probe(context);
    node.open(context);
    node.close();
    CHECK(context.logs.empty());
}

TEST_CASE("node kinds have names") {
    CHECK(to_string(NodeKind::source) == "source");
    CHECK(to_string(NodeKind::transform) == "transform");
    CHECK(to_string(NodeKind::sink) == "sink");
}
