#include "dedupe.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using dedupe::Dedupe;

namespace {

const std::string header =
    "symbol:symbol/key time:timestamp/key/event_time close:float64 note:string?";

Batch bars(const std::string& rows) {
    return testing::table(header + "\n" + rows);
}

std::vector<double> closes(const Batch& batch) {
    const auto values = batch.column<double>(2);
    return {values.begin(), values.end()};
}

std::vector<double> passing(const std::string& toml, const std::vector<Batch>& batches) {
    return closes(testing::run(*testing::make<Dedupe>(toml), batches));
}

Timestamp at(const char* text) {
    return *parse_timestamp(text);
}

std::string refused(const std::string& toml, const std::string& columns) {
    try {
        testing::make<Dedupe>(toml)->bind({Port{"in", testing::schema(columns)}});
    } catch (const ConfigError& error) {
        return error.option() + ": " + error.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("a row that equals the last one of its key is dropped") {
    const Batch batch = bars(R"(
        MSFT 2016-04-15T13:30:00Z 1 a
        AAPL 2016-04-15T13:30:00Z 2 a
        MSFT 2016-04-15T13:30:00Z 1 a
        MSFT 2016-04-15T13:31:00Z 3 a
        AAPL 2016-04-15T13:30:00Z 2 a
        AAPL 2016-04-15T13:31:00Z 4 a
    )");
    CHECK(passing("", {batch}) == std::vector<double>{1, 2, 3, 4});
    CHECK(passing("", {batch, batch}) == std::vector<double>{1, 2, 3, 4});
}

TEST_CASE("a row that changes values of its key passes, and so does one that changes them back") {
    const Batch batch = bars(R"(
        MSFT 2016-04-15T13:30:00Z 1 a
        MSFT 2016-04-15T13:30:00Z 5 a
        MSFT 2016-04-15T13:30:00Z 5 a
        MSFT 2016-04-15T13:30:00Z 5 null
        MSFT 2016-04-15T13:30:00Z 1 a
    )");
    CHECK(passing("", {batch}) == std::vector<double>{1, 5, 5, 1});
    CHECK(passing("keep = 'first'", {batch}) == std::vector<double>{1});
}

TEST_CASE("the columns of `by` make the key") {
    const Batch batch = bars(R"(
        MSFT 2016-04-15T13:30:00Z 1 a
        MSFT 2016-04-15T13:31:00Z 2 b
        MSFT 2016-04-15T13:32:00Z 3 a
        AAPL 2016-04-15T13:33:00Z 4 b
    )");
    CHECK(passing("by = ['symbol']\nkeep = 'first'", {batch}) == std::vector<double>{1, 4});
    CHECK(passing("by = ['symbol', 'note']\nkeep = 'first'", {batch}) ==
          std::vector<double>{1, 2, 4});
    CHECK(passing("by = ['note']\nkeep = 'first'", {batch}) == std::vector<double>{1, 2});
    CHECK(passing("by = ['symbol']", {batch}) == std::vector<double>{1, 2, 3, 4});
}

TEST_CASE("a key is remembered for `within` behind the watermark") {
    const Batch batch = bars("MSFT 2016-04-15T13:30:00Z 1 a");
    auto node = testing::make<Dedupe>("within = '10m'");
    node->bind({Port{"in", batch.schema()}});
    testing::CollectingEmitter out;
    node->process(batch, out);
    node->advance(at("2016-04-15T13:39:59Z"), out);
    node->process(batch, out);
    CHECK(out.rows() == 1);
    node->advance(at("2016-04-15T13:40:00Z"), out);
    node->process(batch, out);
    CHECK(out.rows() == 2);
    CHECK(out.watermarks ==
          std::vector<Timestamp>{at("2016-04-15T13:39:59Z"), at("2016-04-15T13:40:00Z")});
}

TEST_CASE("rows so late that their key may be forgotten pass") {
    const Batch now = bars("MSFT 2016-04-15T13:30:00Z 1 a");
    const Batch late = bars("MSFT 2016-04-10T13:30:00Z 2 a");
    auto node = testing::make<Dedupe>("");
    node->bind({Port{"in", now.schema()}});
    testing::CollectingEmitter out;
    node->process(now, out);
    node->advance(at("2016-04-15T13:30:00Z"), out);
    node->process(late, out);
    node->process(late, out);
    CHECK(out.rows() == 3);
}

TEST_CASE("a batch without repeats goes on as it is") {
    const Batch batch = bars(R"(
        MSFT 2016-04-15T13:30:00Z 1 a
        AAPL 2016-04-15T13:30:00Z 2 a
    )");
    auto node = testing::make<Dedupe>("");
    node->bind({Port{"in", batch.schema()}});
    testing::CollectingEmitter out;
    node->process(batch, out);
    REQUIRE(out.batches.size() == 1);
    CHECK(out.batches[0].second.column<double>(2).data() == batch.column<double>(2).data());
}

TEST_CASE("dropped rows are counted") {
    const Batch batch = bars("MSFT 2016-04-15T13:30:00Z 1 a");
    auto node = testing::make<Dedupe>("");
    node->bind({Port{"in", batch.schema()}});
    testing::TestContext context;
    testing::CollectingEmitter out;
    node->open(context);
    for (int i = 0; i < 4; ++i) {
        node->process(batch, out);
    }
    node->close();
    CHECK(context.counter("repeats_dropped").value() == 3);
}

TEST_CASE("a restart forgets nothing") {
    const Batch batch = bars("MSFT 2016-04-15T13:30:00Z 1 a");
    auto before = testing::make<Dedupe>("");
    before->bind({Port{"in", batch.schema()}});
    testing::CollectingEmitter out;
    before->process(batch, out);
    StateWriter state;
    before->snapshot(state);

    auto after = testing::make<Dedupe>("");
    after->bind({Port{"in", batch.schema()}});
    StateReader reader(state.bytes());
    after->restore(reader);
    after->process(batch, out);
    CHECK(out.rows() == 1);
}

TEST_CASE("wrong settings are refused") {
    CHECK_THAT(refused("by = ['symbl']", header),
               Catch::Contains("by: ") && Catch::Contains("'symbol'"));
    CHECK(refused("by = ['symbol', 'symbol']", header) ==
          "by: 'symbol' is named twice; name it once");
    CHECK_THAT(refused("", "symbol:symbol time:timestamp/event_time"),
               Catch::Contains("by: the input has no key"));
    CHECK_THAT(refused("", "symbol:symbol/key close:float64"),
               Catch::Contains("inputs: dedupe forgets keys by event time"));
    CHECK_THAT(refused("within = '0s'", header), Catch::Contains("within: "));
    CHECK(testing::errors<Dedupe>("keep = 'best'").size() == 1);
}

TEST_CASE("dedupe keeps what every node promises") {
    const Batch first = bars(R"(
        MSFT 2016-04-15T13:30:00Z 1 a
        AAPL 2016-04-15T13:30:00Z 2 a
        MSFT 2016-04-15T13:30:00Z 1 a
        AAPL 2016-04-15T13:30:00Z 3 null
    )");
    const Batch second = bars(R"(
        MSFT 2016-04-15T13:30:00Z 1 a
        AAPL 2016-04-15T13:30:00Z 3 null
        MSFT 2016-04-16T13:30:00Z 7 a
        MSFT 2016-04-16T13:30:00Z 7 a
    )");
    for (const char* toml : {"", "keep = 'first'", "by = ['symbol']\nwithin = '1h'"}) {
        testing::Sample sample;
        sample.toml = toml;
        sample.batches = {first, second};
        CHECK(testing::conformance<Dedupe>(sample) == std::vector<std::string>{});
    }
}
