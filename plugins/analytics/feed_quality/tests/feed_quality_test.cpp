#include "feed_quality.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using feed_quality::FeedQuality;
using feed_quality::Quality;

namespace {

const std::string header =
    "symbol:symbol/key timestamp:timestamp/key/event_time open:float64[USD] high:float64[USD] "
    "low:float64[USD] close:float64[USD] volume:float64[shares] day_volume:float64?[shares] "
    "received:timestamp";

Batch bars(const std::string& rows) {
    return testing::table(header + "\n" + rows);
}

/// A bar of 2016-04-15 that opens, stays and closes at `price`.
std::string bar(const std::string& symbol, const std::string& minute, const std::string& price,
                const std::string& volume, const std::string& day_volume,
                const std::string& received) {
    return symbol + " 2016-04-15T" + minute + ":00Z " + price + " " + price + " " + price + " " +
           price + " " + volume + " " + day_volume + " 2016-04-15T" + received + "Z\n";
}

class Subject {
public:
    explicit Subject(const std::string& toml = "", bool with_built = false)
        : toml_(toml), with_built_(with_built) {
        start();
    }
    void feed(const std::string& rows) { node_->process_input(0, bars(rows), out_); }
    void built(const std::string& rows) { node_->process_input(1, bars(rows), out_); }
    std::vector<Quality> advance(const std::string& time) {
        node_->advance(*parse_timestamp("2016-04-15T" + time + "Z"), out_);
        return emitted();
    }
    std::vector<Quality> finish() {
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
        node_ = testing::make<FeedQuality>(toml_);
        const SchemaPtr schema = testing::schema(header);
        schema_ = node_
                      ->bind(with_built_ ? Ports{Port{"feed", schema}, Port{"built", schema}}
                                         : Ports{Port{"in", schema}})[0]
                      .schema;
        node_->open(context);
    }
    std::vector<Quality> emitted() {
        const Batch batch = out_.all(schema_);
        std::vector<Quality> result;
        for (const Quality& row : rows<Quality>(batch)) {
            result.push_back(row);
        }
        out_.batches.clear();
        return result;
    }
    std::string toml_;
    bool with_built_;
    std::unique_ptr<FeedQuality> node_;
    SchemaPtr schema_;
    testing::CollectingEmitter out_;
};

}  // namespace

TEST_CASE("a minute's row counts its bars and tells how late they were") {
    Subject subject;
    subject.feed(bar("A", "13:30", "10", "100", "100", "13:31:00.100") +
                 bar("B", "13:30", "20", "100", "100", "13:31:00.300") +
                 bar("B", "13:30", "20", "100", "100", "13:31:00.400") +
                 bar("C", "13:30", "30", "100", "100", "13:31:00.500") +
                 bar("C", "13:30", "31", "120", "120", "13:31:09") +
                 "D 2016-04-15T13:30:00Z 5 4 4 5 100 100 2016-04-15T13:31:01Z\n");
    CHECK(subject.advance("13:31:01.999").empty());
    const auto rows = subject.advance("13:31:02");
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].session.text() == "regular");
    CHECK(rows[0].bars == 3);
    CHECK(rows[0].repeated == 1);
    CHECK(rows[0].corrected == 1);
    CHECK(rows[0].rejected == 1);
    CHECK(rows[0].late_p50 == 300);
    CHECK(*rows[0].late_p99 == Approx(496));  // 300 + 0.98 * 200
    CHECK(rows[0].av_mismatch == 0);
    CHECK(rows[0].symbols_silent == 0);
    CHECK_FALSE(rows[0].compared);
    CHECK(rows[0].revision == 0);
    CHECK(subject.advance("13:31:03").empty());
}

TEST_CASE("a missing bar shows in the day's volume until it comes") {
    Subject subject;
    subject.feed(bar("A", "13:30", "10", "100", "1100", "13:31:00"));  // 1,000 before we looked
    subject.feed(bar("A", "13:32", "10", "100", "1300", "13:33:00"));
    subject.restart();
    auto rows = subject.advance("13:33:02");
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].av_mismatch == 0);
    CHECK(rows[1].bars == 0);  // nobody had a bar, and that is a row, too
    CHECK_FALSE(rows[1].av_mismatch);
    CHECK(rows[2].av_mismatch == 1);
    subject.feed(bar("A", "13:31", "10", "100", "1200", "13:40:00"));
    rows = subject.advance("13:33:03");
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].minute == *parse_timestamp("2016-04-15T13:31:00Z"));
    CHECK(rows[0].bars == 1);
    CHECK(rows[0].revision == 1);
    CHECK(rows[1].av_mismatch == 0);
    CHECK(rows[1].revision == 1);
}

TEST_CASE("on a day whose beginning was watched, bars that are missing from it show") {
    Subject subject;
    subject.feed(bar("A", "13:30", "10", "100", "100", "13:31:00"));
    subject.feed("A 2016-04-18T13:30:00Z 10 10 10 10 100 700 2016-04-18T13:31:00Z\n");
    const auto rows = subject.finish();
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].av_mismatch == 0);
    CHECK(rows[1].av_mismatch == 1);
}

TEST_CASE("a symbol is silent when it had bars in the session and then none for a while") {
    Subject subject("silent_after = '2m'");
    for (const char* minute : {"13:29", "13:30", "13:31", "13:32", "13:33"}) {
        subject.feed(bar("A", minute, "10", "100", "null", "13:40:00"));
    }
    subject.feed(bar("B", "13:31", "10", "100", "null", "13:40:00"));
    subject.feed(bar("C", "13:29", "10", "100", "null", "13:40:00"));  // of the session before
    std::vector<std::int64_t> silent;
    for (const Quality& row : subject.finish()) {
        silent.push_back(row.symbols_silent);
    }
    CHECK(silent == std::vector<std::int64_t>{0, 0, 0, 0, 1});
}

TEST_CASE("beside built bars the row tells where the two differ") {
    Subject subject("", true);
    subject.feed(bar("A", "13:30", "10", "100", "null", "13:31:00") +
                 bar("B", "13:30", "20", "100", "null", "13:31:00") +
                 bar("C", "13:30", "30", "100", "null", "13:31:00") +
                 bar("D", "13:30", "40", "100", "null", "13:31:00"));
    subject.built(bar("A", "13:30", "10", "100.5", "null", "13:31:00") +
                  bar("B", "13:30", "20.01", "100", "null", "13:31:00") +
                  bar("C", "13:30", "30", "150", "null", "13:31:00") +
                  bar("E", "13:30", "50", "100", "null", "13:31:00") +
                  bar("F", "13:30", "60", "100", "null", "13:31:00"));
    const auto rows = subject.finish();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].bars == 4);
    CHECK(rows[0].compared == 3);
    CHECK(rows[0].only_feed == 1);
    CHECK(rows[0].only_built == 2);
    CHECK(rows[0].price_mismatch == 1);
    CHECK(rows[0].volume_mismatch == 1);
}

TEST_CASE("with newest_bar rows do not wait for a watermark that lags") {
    Subject subject("close_by = 'newest_bar'");
    subject.feed(bar("A", "13:30", "10", "100", "null", "13:31:00") +
                 bar("A", "13:31", "10", "100", "null", "13:32:00"));
    CHECK(subject.advance("13:20:00").size() == 1);
    subject.feed(bar("A", "13:50", "10", "100", "null", "13:51:00") +
                 bar("B", "13:30", "10", "100", "null", "13:51:00"));
    CHECK(subject.context.counter("bars_too_late").value() == 1);
}

TEST_CASE("wrong inputs are named") {
    auto node = testing::make<FeedQuality>("");
    const SchemaPtr schema = testing::schema(header);
    CHECK_THROWS_WITH(node->bind({Port{"feed", schema}, Port{"trades", schema}}),
                      Catch::Contains("'trades' is no input of feed_quality"));
    CHECK_THROWS_AS(testing::make<FeedQuality>("")->bind({Port{"in", testing::schema("a:int64")}}),
                    ConfigError);
    CHECK(testing::errors<FeedQuality>("silent_after = '10s'").size() == 1);
}

TEST_CASE("feed_quality keeps every promise of a transform") {
    const std::vector<Batch> batches{bars(bar("A", "13:30", "10", "100", "100", "13:31:00") +
                                          bar("B", "13:30", "20", "100", "100", "13:31:01") +
                                          bar("A", "13:31", "10", "100", "200", "13:32:00")),
                                     bars(bar("B", "13:33", "20", "100", "250", "13:34:01") +
                                          bar("B", "13:33", "21", "150", "250", "13:35:01") +
                                          bar("A", "13:34", "10", "100", "300", "13:35:00"))};
    CHECK(testing::conformance<FeedQuality>({"", batches, {}}) == std::vector<std::string>{});
}
