#include "bars.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using bars::Bars;
using bars::BuiltBar;
using bars::SaleConditions;
using bars::Updates;

namespace {

const std::string header =
    "symbol:symbol timestamp:timestamp/event_time price:float64[USD] size:float64[shares] "
    "conditions:string? sequence:int64? received:timestamp";

Batch trades(const std::string& rows) {
    return testing::table(header + "\n" + rows);
}

Timestamp at(const std::string& text) {
    return *parse_timestamp(text);
}

std::vector<BuiltBar> bars_in(const Batch& batch) {
    std::vector<BuiltBar> all;
    for (const BuiltBar& bar : rows<BuiltBar>(batch)) {
        all.push_back(bar);
    }
    return all;
}

/// A node at work, and what it has emitted since it was last asked.
class Subject {
public:
    explicit Subject(const std::string& toml = "") : toml_(toml) { start(); }

    void trade(const std::string& rows) { node_->process(trades(rows), out_); }
    std::vector<BuiltBar> advance(const std::string& time) {
        node_->advance(at(time), out_);
        return emitted();
    }
    std::vector<BuiltBar> finish() {
        node_->finish(out_);
        return emitted();
    }
    void restart() {
        StateWriter state;
        node_->snapshot(state);
        start();
        StateReader reader(state.bytes());
        node_->restore(reader);
        CHECK(reader.at_end());
    }
    testing::TestContext context;

private:
    void start() {
        node_ = testing::make<Bars>(toml_);
        schema_ = node_->bind({Port{"in", testing::schema(header)}})[0].schema;
        node_->open(context);
    }
    std::vector<BuiltBar> emitted() {
        const std::vector<BuiltBar> result = bars_in(out_.all(schema_));
        out_.batches.clear();
        return result;
    }
    std::string toml_;
    std::unique_ptr<Bars> node_;
    SchemaPtr schema_;
    testing::CollectingEmitter out_;
};

Updates of(const std::string& conditions, bool regular = true) {
    bool unknown = false;
    return SaleConditions{}.of(conditions, regular, unknown);
}

constexpr Updates all{true, true, true};
constexpr Updates volume_only{false, false, true};

}  // namespace

TEST_CASE("what a trade updates is what each of its conditions allows") {
    CHECK(of("") == all);
    CHECK(of("14,41") == all);
    CHECK(of("37") == volume_only);
    CHECK(of("14,37") == volume_only);
    CHECK(of("10") == Updates{false, true, true});
    CHECK(of("38,10") == Updates{false, true, false});
    CHECK(of("16") == Updates{false, false, false});
    // Form T marks every trade outside of regular hours, and an odd lot stays one there.
    CHECK(of("12") == volume_only);
    CHECK(of("12", false) == all);
    CHECK(of("12,37", false) == volume_only);
    bool unknown = false;
    CHECK(SaleConditions{}.of("14,200", true, unknown) == volume_only);
    CHECK(unknown);
}

TEST_CASE("a file of conditions replaces the shipped ones and is checked line by line") {
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("bars_test." + std::to_string(::rand()) + ".csv");
    const auto with = [&](const std::string& text) {
        std::ofstream(file) << text;
        bool unknown = false;
        return SaleConditions{file}.of("7", true, unknown);
    };
    const std::string first = "# mine\nid,name,open_close,high_low,volume,extended\n";
    CHECK(with(first + "7,Cash,yes,no,yes,no\r\n") == Updates{true, false, true});
    CHECK_THROWS_WITH(with("7,Cash\n"), Catch::Contains(".csv:1: the first line must be 'id,"));
    CHECK_THROWS_WITH(with(first + "7,Cash,maybe,no,yes,no\n"),
                      Catch::Contains(".csv:3: 'maybe' is neither yes nor no"));
    CHECK_THROWS_WITH(with(first + "7,a,no,no,no,no\n7,b,no,no,no,no\n"),
                      Catch::Contains(".csv:4: condition 7 comes twice"));
    CHECK_THROWS_WITH(with(first + "900,a,no,no,no,no\n"), Catch::Contains("'900' is no number"));
    CHECK_THROWS_WITH(with(""), Catch::Contains("holds no sale conditions"));
    std::filesystem::remove(file);
    CHECK_THROWS_WITH(SaleConditions{file}, Catch::Contains("cannot read the sale conditions"));
}

TEST_CASE("a bar holds what the rules let its trades update") {
    Subject subject;
    subject.trade(R"(
        MSFT 2016-04-15T13:30:00Z    55.25 100 null 1 2016-04-15T13:30:01Z
        MSFT 2016-04-15T13:30:10Z    56.00 10  "37" 2 2016-04-15T13:30:11Z
        MSFT 2016-04-15T13:30:20Z    54.00 200 "10" 3 2016-04-15T13:30:21Z
        MSFT 2016-04-15T13:30:59.999Z 55.50 90 "14" 4 2016-04-15T13:31:02Z
        MSFT 2016-04-15T13:31:00Z    57.00 50  null 5 2016-04-15T13:31:01Z
        ODD  2016-04-15T13:30:30Z    10.00 5   "37" 1 2016-04-15T13:30:31Z
    )");
    CHECK(subject.advance("2016-04-15T13:31:01.999Z").empty());
    const auto bars = subject.advance("2016-04-15T13:31:02Z");
    REQUIRE(bars.size() == 1);  // and none of ODD, which only has a volume
    const BuiltBar& bar = bars[0];
    CHECK(bar.symbol.text() == "MSFT");
    CHECK(bar.timestamp == at("2016-04-15T13:30:00Z"));
    CHECK(bar.open == 55.25);
    CHECK(bar.high == 55.50);
    CHECK(bar.low == 54.00);
    CHECK(bar.close == 55.50);
    CHECK(bar.volume == 400);
    CHECK(bar.transactions == 4);
    CHECK(*bar.vwap == Approx((5525.0 + 560 + 10800 + 4995) / 400).epsilon(1e-12));
    CHECK(bar.day_volume == 400);
    CHECK(bar.average_size == 100);
    CHECK(bar.received == at("2016-04-15T13:31:02Z"));
    CHECK(bar.revision == 0);
    CHECK_FALSE(bar.day_open);
    const auto second = subject.finish();
    REQUIRE(second.size() == 1);
    CHECK(second[0].open == 57);
    CHECK(second[0].day_volume == 450);
}

TEST_CASE("a late trade emits its bar again, one revision higher, until corrections are over") {
    Subject subject("corrections = '10m'");
    subject.trade(R"(
        MSFT 2016-04-15T13:30:00Z 55 100 null 1 2016-04-15T13:30:01Z
        MSFT 2016-04-15T13:31:00Z 56 100 null 3 2016-04-15T13:31:01Z
    )");
    CHECK(subject.advance("2016-04-15T13:32:02Z").size() == 2);
    subject.trade("MSFT 2016-04-15T13:30:30Z 60 50 null 2 2016-04-15T13:35:00Z");
    subject.restart();
    const auto again = subject.advance("2016-04-15T13:32:03Z");
    REQUIRE(again.size() == 1);
    CHECK(again[0].revision == 1);
    CHECK(again[0].high == 60);
    CHECK(again[0].close == 60);
    CHECK(again[0].volume == 150);
    CHECK(again[0].day_volume == 150);  // without the minute that follows
    CHECK(subject.advance("2016-04-15T13:41:02Z").empty());
    subject.trade("MSFT 2016-04-15T13:30:40Z 61 50 null 4 2016-04-15T13:45:00Z");
    CHECK(subject.finish().empty());
    CHECK(subject.context.counter("trades_too_late").value() == 1);
    CHECK(subject.context.counter("bars_emitted_again").value() == 1);
}

TEST_CASE("trades of one time are ordered by the tape's sequence, whatever their arrival") {
    Subject subject;
    subject.trade(R"(
        MSFT 2016-04-15T13:30:00Z 57 100 null 9 2016-04-15T13:30:01Z
        MSFT 2016-04-15T13:30:00Z 55 100 null 7 2016-04-15T13:30:01Z
        MSFT 2016-04-15T13:30:00Z 56 100 null 8 2016-04-15T13:30:01Z
    )");
    const auto bars = subject.finish();
    REQUIRE(bars.size() == 1);
    CHECK(bars[0].open == 55);
    CHECK(bars[0].close == 57);
}

TEST_CASE("with newest_trade bars do not wait for a watermark that lags") {
    Subject subject("close_by = 'newest_trade'\nevery = '1s'\nlateness = '1s'");
    subject.trade(R"(
        MSFT 2016-04-15T13:30:00.5Z 55 100 null 1 2016-04-15T13:30:01Z
        AAPL 2016-04-15T13:30:02.1Z 90 100 null 1 2016-04-15T13:30:03Z
    )");
    const auto bars = subject.advance("2016-04-15T13:15:00Z");
    REQUIRE(bars.size() == 1);
    CHECK(bars[0].symbol.text() == "MSFT");
    // A jump over the night must not lose what waits.
    subject.trade("MSFT 2016-04-18T13:30:00Z 55 100 null 1 2016-04-18T13:30:01Z");
    subject.trade("AAPL 2016-04-18T13:30:00Z 55 100 null 1 2016-04-18T13:30:01Z");
    CHECK(subject.advance("2016-04-18T13:15:00Z").size() == 1);
}

TEST_CASE("outside of regular hours trades marked Form T make bars, and a day ends with the day") {
    Subject subject("every = '5m'");
    subject.trade(R"(
        MSFT 2016-04-15T12:00:00Z 55 100 "12" 1 2016-04-15T12:00:01Z
        MSFT 2016-04-15T13:30:00Z 56 100 "12" 2 2016-04-15T13:30:01Z
        MSFT 2016-04-15T13:30:01Z 57 100 null 3 2016-04-15T13:30:02Z
        MSFT 2016-04-18T12:00:00Z 58 30  "12" 1 2016-04-18T12:00:01Z
    )");
    const auto bars = subject.finish();
    REQUIRE(bars.size() == 3);
    CHECK(bars[0].open == 55);
    CHECK(bars[1].open == 57);
    CHECK(bars[1].volume == 200);
    CHECK_FALSE(bars[0].day_volume);  // the next day has begun meanwhile
    CHECK(bars[2].day_volume == 30);
}

TEST_CASE("trades that cannot be are rejected, and conditions nobody knows are counted") {
    Subject subject;
    subject.trade(R"(
        MSFT 2016-04-15T13:30:00Z 0  100 null 1 2016-04-15T13:30:01Z
        MSFT 2016-04-15T13:30:00Z 55 -1  null 1 2016-04-15T13:30:01Z
        MSFT 1970-01-01T00:00:00Z 55 1   null 1 2016-04-15T13:30:01Z
        MSFT 2016-04-15T13:30:00Z 55 1   "99" 1 2016-04-15T13:30:01Z
    )");
    CHECK(subject.finish().empty());
    REQUIRE(subject.context.rejected.size() == 3);
    CHECK(subject.context.rejected[0].second == "the price is not a number above 0 and up to 1e9");
    CHECK(subject.context.rejected[1].second == "the size is not a number from 0 to 1e9");
    CHECK(subject.context.counter("trades_of_unknown_condition").value() == 1);
}

TEST_CASE("a length that does not divide an hour is refused") {
    CHECK(testing::errors<Bars>("every = '7m'").front().find("divides an hour") !=
          std::string::npos);
    CHECK(testing::errors<Bars>("every = '500ms'").size() == 1);
    CHECK(testing::errors<Bars>("every = '15m'").empty());
}

namespace {

using Full = std::map<std::pair<std::string, Timestamp>,
                      std::tuple<double, double, double, double, double, std::int64_t, double>>;

Full stored(const std::vector<BuiltBar>& bars) {
    Full result;
    for (const BuiltBar& bar : bars) {
        result[{std::string{bar.symbol.text()}, bar.timestamp}] = {
            bar.open, bar.high, bar.low, bar.close, bar.volume, *bar.transactions, *bar.vwap};
    }
    return result;
}

std::string random_trades(std::mt19937& random, int count) {
    std::string text;
    const char* conditions[] = {"null", "37", "10", "14", "12,37", "16", "2"};
    for (int i = 0; i < count; ++i) {
        const int second = static_cast<int>(random() % 300);
        char line[200];
        std::snprintf(line, sizeof line,
                      "%c 2016-04-15T13:3%d:%02dZ %d.%02d %d %s %d 2016-04-15T13:40:00Z\n",
                      static_cast<char>('A' + random() % 3), second / 60, second % 60,
                      50 + static_cast<int>(random() % 5), static_cast<int>(random() % 100),
                      static_cast<int>(random() % 500), conditions[random() % 7], i);
        text += line;
    }
    return text;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin);
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

}  // namespace

TEST_CASE("whatever the order of arrival, batches, watermarks and restarts, the last bars agree") {
    std::mt19937 random(7);
    for (int round = 0; round < 60; ++round) {
        std::vector<std::string> lines = lines_of(random_trades(random, 120));
        std::string in_order;
        for (const std::string& line : lines) {
            in_order += line + "\n";
        }
        Subject at_once;
        at_once.trade(in_order);
        const Full expected = stored(at_once.finish());

        std::shuffle(lines.begin(), lines.end(), random);
        Subject piecewise;
        std::vector<BuiltBar> emitted;
        std::string batch;
        for (const std::string& line : lines) {
            batch += line + "\n";
            if (random() % 10 == 0) {
                piecewise.trade(batch);
                batch.clear();
                const auto minute = std::to_string(random() % 6);
                const auto more = piecewise.advance("2016-04-15T13:3" + minute + ":30Z");
                emitted.insert(emitted.end(), more.begin(), more.end());
            }
            if (random() % 30 == 0) {
                piecewise.restart();
            }
        }
        piecewise.trade(batch);
        const auto rest = piecewise.finish();
        emitted.insert(emitted.end(), rest.begin(), rest.end());
        REQUIRE(stored(emitted) == expected);
    }
}

TEST_CASE("bars keep every promise of a transform") {
    std::mt19937 random(3);
    std::vector<Batch> batches;
    for (int i = 0; i < 4; ++i) {
        batches.push_back(trades(random_trades(random, 50)));
    }
    CHECK(testing::conformance<Bars>({"", batches, {}}) == std::vector<std::string>{});
    CHECK(testing::conformance<Bars>({"close_by = 'newest_trade'", batches, {}}) ==
          std::vector<std::string>{});
}
