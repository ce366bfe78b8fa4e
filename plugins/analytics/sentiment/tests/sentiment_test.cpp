#include "sentiment.hpp"

#include <catch2/catch.hpp>

#include "driven.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::market;
using Composite = sentiment::Sentiment;

namespace {

const std::string group =
    "universe:symbol/key timestamp:timestamp/key/event_time trade_date:date session:symbol "
    "status:symbol as_of:timestamp seq:int64 rev:int64 n_members:int64[count] "
    "n_eligible:int64[count] n_reporting:int64[count] ";
const std::string ad_columns =
    group + "adv_pct:float64?[percent] up_vol:float64?[shares] dn_vol:float64?[shares]";
const std::string ma_columns =
    "universe:symbol seq:int64 average:symbol pct_above:float64?[percent]";
const std::string hl_columns = "universe:symbol seq:int64 record_high_pct:float64?[percent]";
const std::string osc_columns = "universe:symbol seq:int64 mcclellan:float64?";

std::string ad_row(const std::string& universe, const std::string& minute, int seq,
                   const std::string& values) {
    return universe + " 2016-04-15T13:" + minute +
           ":00Z 2016-04-15 rth FINAL 2016-04-15T13:" + minute + ":30Z " + std::to_string(seq) +
           " 0 30 29 28 " + values + "\n";
}

class Joined {
public:
    explicit Joined(const std::string& toml = "") : node(testing::make<Composite>(toml)) {
        outputs = node->bind({{"ad", testing::schema(ad_columns)},
                              {"ma", testing::schema(ma_columns)},
                              {"hl", testing::schema(hl_columns)},
                              {"osc", testing::schema(osc_columns)}});
        node->open(context);
    }
    void give(std::size_t input, const std::string& rows) {
        const std::string* columns[] = {&ad_columns, &ma_columns, &hl_columns, &osc_columns};
        node->process_input(input, testing::table(*columns[input] + "\n" + rows), out);
    }
    std::string told() const {
        return lines(out.all(outputs[0].schema),
                     {"universe", "seq", "score", "n_known", "n_parts", "up_vol_pct"});
    }

    testing::TestContext context;
    testing::CollectingEmitter out;
    std::unique_ptr<Composite> node;
    Ports outputs;
};

}  // namespace

TEST_CASE("the score is the weighted mean of the known parts, as worked by hand") {
    Joined joined("weight_mcclellan = 2\nweight_above_sma200 = 0");
    joined.give(0, ad_row("x", "30", 7, "60 300 100"));
    joined.give(1, "x 7 sma20 1\nx 7 sma50 40\nx 7 sma200 90");
    joined.give(3, "x 7 -50");
    CHECK(joined.told().empty());  // highs and lows are still to come
    joined.give(2, "x 7 null");
    // (60 + 75 + 40 + 2 * 25) / (1 + 1 + 1 + 2)
    CHECK(joined.told() == "x 7 45 4 5 75\n");
}

TEST_CASE("parts of one publication find each other, whatever comes first") {
    Joined joined;
    joined.give(2, "x 1 50\ny 1 50\nx 2 50");
    joined.give(3, "x 1 0\ny 1 0\nx 2 0");
    joined.give(1, "x 1 sma50 50\nx 1 sma200 50\ny 1 sma50 50\ny 1 sma200 50");
    joined.give(0, ad_row("x", "30", 1, "50 1 1") + ad_row("y", "30", 1, "50 1 1") +
                       ad_row("x", "31", 2, "80 1 1"));
    CHECK(joined.told() == "x 1 50 6 6 50\ny 1 50 6 6 50\n");
    joined.give(1, "x 2 sma50 50\nx 2 sma200 50");
    CHECK(joined.told() == "x 1 50 6 6 50\ny 1 50 6 6 50\nx 2 55 6 6 50\n");
}

TEST_CASE("a part that never comes is left out once the watermark has passed") {
    Joined joined;
    joined.give(0, ad_row("x", "30", 1, "50 1 1"));
    joined.node->advance(at("2016-04-15T13:30:00Z"), joined.out);
    CHECK(joined.told().empty());
    joined.node->advance(at("2016-04-15T13:31:00Z"), joined.out);
    CHECK(joined.told() == "x 1 50 2 6 50\n");
}

TEST_CASE("rows in the making survive a restart") {
    Joined before;
    before.give(0, ad_row("x", "30", 1, "50 1 1"));
    before.give(2, "x 1 50");
    StateWriter state;
    before.node->snapshot(state);
    Joined after;
    StateReader reader(state.bytes());
    after.node->restore(reader);
    CHECK(reader.at_end());
    after.give(1, "x 1 sma50 50\nx 1 sma200 50");
    after.give(3, "x 1 0");
    CHECK(after.told() == "x 1 50 6 6 50\n");
    CHECK(lines(after.out.all(after.outputs[0].schema), {"timestamp", "n_members", "status"}) ==
          "2016-04-15T13:30:00Z 30 FINAL\n");
}

TEST_CASE("wrong inputs and weights are refused") {
    const auto node = testing::make<Composite>("");
    CHECK_THROWS_WITH(
        node->bind({{"ad", testing::schema(ad_columns)}, {"vix", testing::schema(hl_columns)}}),
        Catch::Contains("there is no input 'vix'"));
    CHECK_THROWS_WITH(node->bind({{"hl", testing::schema(hl_columns)}}),
                      Catch::Contains("the input ad is missing"));
    CHECK_THROWS_WITH(node->bind({{"in", testing::schema(hl_columns)}}),
                      Catch::Contains("timestamp"));
    CHECK_THAT(testing::errors<Composite>(
                   "weight_advance = 0\nweight_up_volume = 0\nweight_above_sma50 = 0\n"
                   "weight_above_sma200 = 0\nweight_record_high = 0\nweight_mcclellan = 0")
                   .at(0),
               Catch::Contains("all weights are 0"));
}

TEST_CASE("sentiment keeps what every node promises") {
    testing::Sample sample;
    sample.batches = {testing::table(ad_columns + "\n" + ad_row("x", "30", 1, "50 1 1") +
                                     ad_row("y", "30", 1, "null 1 1")),
                      testing::table(ad_columns + "\n" + ad_row("x", "31", 2, "70 3 1"))};
    CHECK(testing::conformance<Composite>(sample) == std::vector<std::string>{});
}
