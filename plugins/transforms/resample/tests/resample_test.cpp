#include "resample.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using resample::Resample;

namespace {

const std::string header =
    "symbol:symbol/key time:timestamp/key/event_time open:float64 high:float64 low:float64 "
    "close:float64 volume:int64 transactions:int64? vwap:float64?";

Batch bars(const std::string& rows) {
    return testing::table(header + "\n" + rows);
}

Timestamp at(const std::string& text) {
    return *parse_timestamp(text);
}
Timestamp clock_time(const std::string& text) {
    return at("2016-04-15T" + text + "Z");
}

/// A node that is bound and open, and what it has emitted since the last question.
class Running {
public:
    explicit Running(const std::string& toml, const std::string& columns = header)
        : node_(testing::make<Resample>(toml)),
          schema_(node_->bind({Port{"in", testing::schema(columns)}})[0].schema) {
        node_->open(context);
    }
    ~Running() { node_->close(); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    Running& feed(const Batch& batch) { return node_->process(batch, out_), *this; }
    Running& advance(const std::string& time) {
        return node_->advance(clock_time(time), out_), *this;
    }
    Running& finish() { return node_->finish(out_), *this; }
    Batch rows() {
        const Batch all = out_.all(schema_);
        out_.batches.clear();
        return all;
    }
    /// `symbol start close`, a line each.
    std::string closes() {
        std::string text;
        const Batch all = rows();
        for (std::size_t row = 0; row < all.rows(); ++row) {
            for (std::size_t column : {0, 1, 5}) {
                append_value(text, all, column, row);
                text += column == 5 ? "\n" : " ";
            }
        }
        return text;
    }
    std::string watermark() const {
        return out_.watermarks.empty() ? "none" : format_timestamp(out_.watermarks.back());
    }
    Resample& node() { return *node_; }

    testing::TestContext context;

private:
    std::unique_ptr<Resample> node_;
    SchemaPtr schema_;
    testing::CollectingEmitter out_;
};

std::string bar(const std::string& symbol, const std::string& time, double close) {
    const std::string price = std::to_string(close);
    return symbol + " 2016-04-15T" + time + "Z " + price + " " + price + " " + price + " " + price +
           " 1 null null\n";
}

}  // namespace

TEST_CASE("a window's bar has its first open, highest high, lowest low, last close and sums") {
    Running node("every = '5m'");
    node.feed(bars(R"(
        MSFT 2016-04-15T13:30:00Z 55.30 55.50 55.20 55.40 100 3    55.35
        MSFT 2016-04-15T13:31:00Z 55.40 55.90 55.35 55.80 300 null 55.75
        MSFT 2016-04-15T13:34:00Z 55.80 55.85 55.10 55.15 0   5    null
        MSFT 2016-04-15T13:35:00Z 55.15 55.20 55.00 55.10 10  null null
    )"));
    node.finish();
    // vwap: (55.35 * 100 + 55.75 * 300) / 400 = 55.65.
    CHECK(testing::to_text(node.rows()) == testing::to_text(bars(R"(
        MSFT 2016-04-15T13:30:00Z 55.30 55.90 55.10 55.15 400 8    55.65
        MSFT 2016-04-15T13:35:00Z 55.15 55.20 55.00 55.10 10  null null
    )")));
}

TEST_CASE("first and last go by event time, not by arrival") {
    Running node("every = '5m'");
    node.feed(bars(bar("MSFT", "13:32:00", 3) + bar("MSFT", "13:30:00", 1) +
                   bar("MSFT", "13:34:00", 5) + bar("MSFT", "13:31:00", 2)));
    node.finish();
    const Batch out = node.rows();
    REQUIRE(out.rows() == 1);
    CHECK(out.column<double>(2)[0] == 1);
    CHECK(out.column<double>(5)[0] == 5);
}

TEST_CASE("windows are emitted when the watermark reaches their end, by start and then key") {
    Running node("every = '5m'");
    node.feed(bars(bar("SPY", "13:30:00", 1) + bar("AAPL", "13:35:00", 2) +
                   bar("AAPL", "13:30:00", 3) + bar("SPY", "13:40:00", 4)));
    CHECK(node.rows().rows() == 0);
    CHECK(node.advance("13:34:59").rows().rows() == 0);
    CHECK(node.watermark() == "2016-04-15T13:30:00Z");
    CHECK(node.advance("13:40:00").closes() ==
          "AAPL 2016-04-15T13:30:00Z 3\nSPY 2016-04-15T13:30:00Z 1\nAAPL 2016-04-15T13:35:00Z 2\n");
    CHECK(node.watermark() == "2016-04-15T13:40:00Z");
    CHECK(node.finish().closes() == "SPY 2016-04-15T13:40:00Z 4\n");
}

TEST_CASE("lateness keeps a window open behind the watermark") {
    Running node("every = '5m'\nlateness = '2m'");
    node.feed(bars(bar("MSFT", "13:30:00", 1)));
    CHECK(node.advance("13:36:59").rows().rows() == 0);
    CHECK(node.watermark() == "2016-04-15T13:30:00Z");
    node.feed(bars(bar("MSFT", "13:34:00", 2)));
    CHECK(node.advance("13:37:00").closes() == "MSFT 2016-04-15T13:30:00Z 2\n");
    CHECK(node.watermark() == "2016-04-15T13:35:00Z");
}

TEST_CASE("a late row emits its window again, whole") {
    Running node("every = '5m'");
    node.feed(bars("MSFT 2016-04-15T13:30:00Z 1 2 1 2 10 1 null\n"));
    node.advance("13:35:00").rows();
    node.feed(bars("MSFT 2016-04-15T13:31:00Z 5 9 5 7 30 2 null\n"));
    CHECK(node.rows().rows() == 0);
    CHECK(testing::to_text(node.advance("13:36:00").rows()) ==
          testing::to_text(bars("MSFT 2016-04-15T13:30:00Z 1 9 1 7 40 3 null\n")));
    CHECK(node.context.counter("windows_emitted_again").value() == 1);
    CHECK(node.advance("13:37:00").rows().rows() == 0);
}

TEST_CASE("a corrected row replaces the earlier one, and an equal one changes nothing") {
    Running node("every = '5m'");
    node.feed(bars("MSFT 2016-04-15T13:30:00Z 1 8 1 2 10 1 null\n"));
    node.feed(bars("MSFT 2016-04-15T13:31:00Z 2 4 2 3 10 1 null\n"));
    node.advance("13:35:00").rows();
    node.feed(bars("MSFT 2016-04-15T13:30:00Z 1 8 1 2 10 1 null\n"));
    CHECK(node.advance("13:36:00").rows().rows() == 0);
    node.feed(bars("MSFT 2016-04-15T13:30:00Z 1 5 1 2 70 null 2.5\n"));
    CHECK(testing::to_text(node.finish().rows()) ==
          testing::to_text(bars("MSFT 2016-04-15T13:30:00Z 1 5 1 3 80 1 2.5\n")));
}

TEST_CASE("a late row may open a window that nobody has seen") {
    Running node("every = '5m'");
    node.advance("14:00:00");
    CHECK(node.feed(bars(bar("MSFT", "13:30:00", 1))).advance("14:00:00").closes() ==
          "MSFT 2016-04-15T13:30:00Z 1\n");
}

TEST_CASE("rows behind the corrections are rejected with the reason") {
    Running node("every = '5m'\nlateness = '1m'\ncorrections = '10m'");
    node.feed(bars(bar("MSFT", "13:30:00", 1)));
    node.advance("13:45:59").rows();
    node.feed(bars(bar("MSFT", "13:31:00", 2)));
    CHECK(node.context.rejected.empty());
    CHECK(node.advance("13:46:00").closes() == "MSFT 2016-04-15T13:30:00Z 2\n");
    node.feed(bars(bar("MSFT", "13:34:00", 3) + bar("MSFT", "13:45:00", 4)));
    REQUIRE(node.context.rejected.size() == 1);
    CHECK(node.context.rejected[0].second ==
          "the row is too late: its window ended at 2016-04-15T13:35:00Z, and the watermark stands "
          "at 2016-04-15T13:46:00Z; 'corrections' is 10m");
    CHECK(node.finish().closes() == "MSFT 2016-04-15T13:45:00Z 4\n");
}

TEST_CASE("times beyond all windows are rejected") {
    Running node("every = '5m'");
    node.feed(bars("MSFT 1680-01-01T00:00:00Z 1 1 1 1 1 1 1\n"));
    CHECK(node.context.rejected.size() == 1);
    CHECK(node.finish().rows().rows() == 0);
}

TEST_CASE("the last watermark closes everything") {
    Running node("every = '1d'\ntimezone = 'America/New_York'");
    node.feed(bars(bar("MSFT", "13:30:00", 1)));
    testing::CollectingEmitter out;
    node.node().advance(Timestamp::min(), out);
    CHECK(out.rows() == 0);
    node.node().advance(Timestamp::max(), out);
    CHECK(out.rows() == 1);
    CHECK(out.watermarks.back() == Timestamp::max());
}

TEST_CASE("all types and functions, nulls left out") {
    const std::string columns =
        "venue:string/key lot:int64/key time:timestamp/key/event_time "
        "a:int64? b:date? c:string? d:symbol? e:bool? f:timestamp? g:float64? h:int64? i:string?";
    Running node(
        "every = '1h'\naggregate = ['a:min', 'b:max', 'c:last', 'd:first', 'e:last', 'f:min', "
        "'g:mean', 'h:mean(a)', 'i:count']",
        columns);
    node.feed(testing::table(columns + R"(
        N 1 2016-04-15T13:10:00Z null null       null  null null  null                 null null x
        N 1 2016-04-15T13:20:00Z 3    2016-04-02 "a b" BBB  true  2016-04-15T00:00:02Z 1    10   null
        N 2 2016-04-15T13:20:00Z null null       null  null null  null                 null null null
        N 1 2016-04-15T13:30:00Z 1    2016-04-03 c     AAA  false 2016-04-15T00:00:01Z 2    20   y
        N 1 2016-04-15T13:40:00Z 7    2016-04-01 null  CCC  null  null                 6    null z
    )"));
    // h: (3 * 10 + 1 * 20) / 4 = 12.5
    CHECK(testing::to_text(node.finish().rows()) ==
          testing::to_text(testing::table(
              "venue:string/key lot:int64/key time:timestamp/key/event_time a:int64? b:date? "
              "c:string? d:symbol? e:bool? f:timestamp? g:float64? h:float64? i:int64[count]\n" +
              std::string{R"(
        N 1 2016-04-15T13:00:00Z 1    2016-04-03 c    BBB  false 2016-04-15T00:00:01Z 3    12.5 3
        N 2 2016-04-15T13:00:00Z null null       null null null  null                 null null 0
    )"})));
}

TEST_CASE("a corrected text replaces the earlier one") {
    const std::string columns = "symbol:symbol/key time:timestamp/key/event_time note:string?";
    Running node("every = '1h'\naggregate = ['note:last']", columns);
    for (const char* note : {"one", "null", "\"three and more than a few bytes\"", "four"}) {
        node.feed(testing::table(columns + "\nMSFT 2016-04-15T13:10:00Z " + note));
    }
    const Batch out = node.finish().rows();
    REQUIRE(out.rows() == 1);
    CHECK(out.strings(2)[0] == "four");
}

TEST_CASE("a mean without any weight is the plain mean") {
    const std::string columns =
        "symbol:symbol/key time:timestamp/key/event_time vwap:float64 volume:float64";
    Running node("every = '1h'", columns);
    node.feed(testing::table(columns + R"(
        MSFT 2016-04-15T13:10:00Z 1 0
        MSFT 2016-04-15T13:11:00Z 2 0
    )"));
    CHECK(node.finish().rows().column<double>(2)[0] == 1.5);
}

TEST_CASE("a sum that leaves 64 bits fails rather than lies") {
    Running node("every = '5m'");
    node.feed(
        bars("MSFT 2016-04-15T13:30:00Z 1 1 1 1 9223372036854775807 1 null\n"
             "MSFT 2016-04-15T13:31:00Z 1 1 1 1 1 1 null\n"));
    CHECK_THROWS_WITH(node.finish(), Catch::Contains("the sum of 'volume' over one window"));
}

TEST_CASE("a restart keeps open windows, closed ones and what was emitted") {
    Running before("every = '5m'");
    before.feed(bars(bar("MSFT", "13:30:00", 1) + bar("AAPL", "13:36:00", 2)));
    before.advance("13:35:00").rows();
    before.feed(bars(bar("SPY", "13:31:00", 3)));
    StateWriter state;
    before.node().snapshot(state);

    Running after("every = '5m'");
    StateReader reader(state.bytes());
    after.node().restore(reader);
    CHECK(reader.at_end());
    after.feed(bars(bar("MSFT", "13:34:00", 4) + bar("AAPL", "13:37:00", 5)));
    CHECK(after.finish().closes() ==
          "MSFT 2016-04-15T13:30:00Z 4\nSPY 2016-04-15T13:30:00Z 3\nAAPL 2016-04-15T13:35:00Z 5\n");
    CHECK(after.context.counter("windows_emitted_again").value() == 1);
}

TEST_CASE("state of other settings is refused") {
    Running before("every = '5m'");
    StateWriter state;
    before.node().snapshot(state);
    Running after("every = '15m'");
    StateReader reader(state.bytes());
    CHECK_THROWS_WITH(after.node().restore(reader),
                      Catch::Contains("the saved state holds windows of 5m on the clock of UTC") &&
                          Catch::Contains("and now windows of 15m"));
}

TEST_CASE("memory is given back when windows can no longer change") {
    Running node("every = '1m'\ncorrections = '10m'");
    std::size_t least = 0;
    for (int minute = 0; minute < 600; ++minute) {
        const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
        const std::string time = two(minute / 60) + ":" + two(minute % 60) + ":00";
        node.feed(bars(bar("MSFT", time, minute))).advance(time);
        if (minute == 100 || minute == 599) {
            StateWriter state;
            node.node().snapshot(state);
            CHECK((least == 0 || state.bytes().size() <= least + 64));
            least = state.bytes().size();
        }
    }
}

TEST_CASE("resample keeps what every node promises") {
    testing::Sample sample;
    sample.toml = "every = '5m'\nlateness = '1m'";
    sample.batches = {
        bars(bar("SPY", "13:30:00", 1) + bar("AAPL", "13:36:00", 2) + bar("AAPL", "13:30:00", 3)),
        bars(bar("SPY", "13:40:00", 4) + bar("SPY", "13:34:00", 9) + bar("SPY", "13:40:00", 5)),
        bars(bar("AAPL", "13:42:00", 6) + bar("SPY", "13:59:00", 7))};
    CHECK(testing::conformance<Resample>(sample) == std::vector<std::string>{});
}
