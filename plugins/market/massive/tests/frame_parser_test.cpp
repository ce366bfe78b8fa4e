#include <catch2/catch.hpp>
#include <string>

#include "market/bar.hpp"
#include "massive/records.hpp"
#include "reading.hpp"
#include "tsflow/record.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::market;
using namespace tsflow::market::massive;

namespace {

// The samples are those of the vendor's published specification.
const std::string minute =
    R"({"ev":"AM","sym":"GTE","v":4110,"av":9470157,"op":0.4372,"vw":0.4488,"o":0.4488,"c":0.4486,)"
    R"("h":0.4489,"l":0.4486,"a":0.4352,"z":685,"s":1610144640000,"e":1610144700000})";
const std::string trade =
    R"({"ev":"T","sym":"MSFT","x":4,"i":"12345","z":3,"p":114.125,"s":100,"c":[0,12],)"
    R"("t":1536036818784,"q":3681328})";

Timestamp ms(std::int64_t count) {
    return Timestamp{std::chrono::milliseconds{count}};
}

}  // namespace

TEST_CASE("a minute bar becomes a row whose time is the START of the window") {
    Reading reading;
    const Batch batch = reading.parse("[" + minute + "]").rows(Channel::minute);
    REQUIRE(batch.rows() == 1);
    const Aggregate row = rows<Aggregate>(batch)[0];
    CHECK(row.symbol == Symbol::intern("GTE"));
    CHECK(row.timestamp == ms(1610144640000));
    CHECK(row.open == 0.4488);
    CHECK(row.high == 0.4489);
    CHECK(row.low == 0.4486);
    CHECK(row.close == 0.4486);
    CHECK(row.volume == 4110);
    CHECK_FALSE(row.transactions);
    CHECK(row.vwap == 0.4488);
    CHECK(row.day_volume == 9470157);
    CHECK(row.day_open == 0.4372);
    CHECK(row.day_vwap == 0.4352);
    CHECK(row.average_size == 685);
    CHECK_FALSE(row.otc);
    CHECK(row.received == Timestamp{std::chrono::seconds{1'700'000'000}});
    CHECK(row.connection == Symbol::intern("primary"));
    CHECK(reading.parser.counts().events == 1);
}

TEST_CASE("one frame may hold events of several kinds, and statuses") {
    Reading reading;
    reading.parse("[" + trade +
                  R"(,{"ev":"status","status":"success","message":"subscribed to: AM.AAPL"},)" +
                  minute + "]");
    CHECK(reading.rows(Channel::minute).rows() == 1);
    CHECK(reading.listener.statuses == Texts{"success: subscribed to: AM.AAPL"});
    const Batch trades = reading.rows(Channel::trades);
    REQUIRE(trades.rows() == 1);
    const Trade row = rows<Trade>(trades)[0];
    CHECK(row.symbol.text() == "MSFT");
    CHECK(row.timestamp == ms(1536036818784));
    CHECK(row.exchange == 4);
    CHECK(row.trade_id == "12345");
    CHECK(row.price == 114.125);
    CHECK(row.size == 100);
    CHECK(row.tape == 3);
    CHECK(row.conditions == "0,12");
    CHECK(row.sequence == 3681328);
    CHECK_FALSE(row.participant_timestamp);
    CHECK_FALSE(row.trf_id);
    CHECK_FALSE(row.trf_timestamp);
}

TEST_CASE("quotes, bands, imbalances and fair values become rows of their channels") {
    Reading reading;
    reading.parse(
        R"([{"ev":"Q","sym":"MSFT","bx":4,"bp":114.125,"bs":100,"ax":7,"ap":114.128,"as":160,"c":0,)"
        R"("i":[604,605],"t":1536036818784,"q":50385480,"z":3},)"
        R"({"ev":"LULD","T":"MSFT","h":218.26,"l":118.76,"i":[21],"z":3,"t":1788877046310003385,)"
        R"("q":6271},)"
        R"({"ev":"NOI","T":"NTEST.Q","t":1601318039223013600,"at":930,"a":"M","i":44,"x":10,)"
        R"("o":480,"p":440,"b":25.03},)"
        R"({"ev":"FMV","fmv":189.22,"sym":"AAPL","t":1678220098130},)"
        R"({"ev":"A","sym":"SPCE","v":200,"av":8642007,"op":25.66,"vw":25.3981,"o":25.39,"c":25.39,)"
        R"("h":25.4,"l":25.38,"a":25.3714,"z":50,"s":1610144868000,"e":1610144869000,"otc":true}])");
    CHECK(reading.parser.counts().events == 5);
    CHECK(reading.parser.counts().unknown_fields == 0);
    CHECK(reading.parser.counts().unreadable_fields == 0);

    const Batch quotes = reading.rows(Channel::quotes);
    const Quote quote = rows<Quote>(quotes)[0];
    CHECK(quote.symbol.text() == "MSFT");
    CHECK(quote.timestamp == ms(1536036818784));
    CHECK(quote.sequence == 50385480);
    CHECK(quote.bid_price == 114.125);
    CHECK(quote.bid_size == 100);
    CHECK(quote.bid_exchange == 4);
    CHECK(quote.ask_price == 114.128);
    CHECK(quote.ask_size == 160);
    CHECK(quote.ask_exchange == 7);
    CHECK(quote.condition == 0);
    CHECK(quote.indicators == "604,605");
    CHECK(quote.tape == 3);

    const Batch bands = reading.rows(Channel::luld);
    const Luld band = rows<Luld>(bands)[0];
    CHECK(band.symbol.text() == "MSFT");
    CHECK(band.timestamp == Timestamp{Duration{1788877046310003385}});
    CHECK(band.sequence == 6271);
    CHECK(band.high == 218.26);
    CHECK(band.low == 118.76);
    CHECK(band.indicators == "21");
    CHECK(band.tape == 3);

    const Batch imbalances = reading.rows(Channel::imbalance);
    const Imbalance imbalance = rows<Imbalance>(imbalances)[0];
    CHECK(imbalance.symbol.text() == "NTEST.Q");
    CHECK(imbalance.timestamp == Timestamp{Duration{1601318039223013600}});
    CHECK(imbalance.sequence == 44);
    CHECK(imbalance.auction_time == 930);
    CHECK(imbalance.auction_type == "M");
    CHECK(imbalance.exchange == 10);
    CHECK(imbalance.imbalance == 480);
    CHECK(imbalance.paired == 440);
    CHECK(imbalance.book_clearing_price == 25.03);

    const Batch values = reading.rows(Channel::fmv);
    const Fmv value = rows<Fmv>(values)[0];
    CHECK(value.symbol.text() == "AAPL");
    CHECK(value.timestamp == ms(1678220098130));
    CHECK(value.fair_market_value == 189.22);

    const Batch seconds = reading.rows(Channel::second);
    const Aggregate second = rows<Aggregate>(seconds)[0];
    CHECK(second.timestamp == ms(1610144868000));
    CHECK(second.otc == true);
}

TEST_CASE("the time of a price band is in ms as documented, or in µs or ns as it comes") {
    for (const char* time : {"1601316752683", "1601316752683000", "1601316752683000000"}) {
        Reading reading;
        reading.parse(std::string{R"([{"ev":"LULD","T":"MSFT","h":218.26,"l":118.76,"t":)"} + time +
                      "}]");
        CHECK(rows<Luld>(reading.rows(Channel::luld))[0].timestamp == ms(1601316752683));
    }
}

TEST_CASE("rows collect over frames until they are taken") {
    Reading reading;
    reading.parse("[" + minute + "]").parse("[" + minute + "," + minute + "]");
    CHECK(reading.parser.rows(Channel::minute).rows() == 3);
    CHECK(reading.rows(Channel::minute).rows() == 3);
    CHECK(reading.parser.rows(Channel::minute).empty());
}

TEST_CASE("frames far larger than the ones before are read") {
    Reading reading;
    std::string frame = "[" + minute;
    while (frame.size() < 3'000'000) {
        frame += "," + minute;
    }
    reading.parse("[" + minute + "]").parse(frame + "]").parse("[" + minute + "]");
    CHECK(reading.parser.counts().events == 2 + (frame.size() - 1 + 1) / (minute.size() + 1));
    CHECK(reading.parser.counts().rejected == 0);
}

TEST_CASE("events of kinds and channels that are not wanted are counted") {
    std::array<bool, channel_count> wanted{};
    wanted[static_cast<std::size_t>(Channel::minute)] = true;
    Reading reading(wanted);
    reading.parse("[" + trade + "," + minute + R"(,{"ev":"LV","val":1,"sym":"X","t":1},)" +
                  R"({"ev":"status","status":"connected"},{"ev":"","sym":"X"},{"ev":"AMX"}])");
    CHECK(reading.parser.counts().events == 1);
    CHECK(reading.parser.counts().unknown == 4);
    CHECK(reading.parser.counts().statuses == 1);
    CHECK(reading.parser.counts().rejected == 0);
    CHECK(reading.parser.rows(Channel::trades).empty());
}

TEST_CASE("channels go by the vendor's names and ours") {
    CHECK(channel_of("AM") == Channel::minute);
    CHECK(channel_of("NOI") == Channel::imbalance);
    CHECK_FALSE(channel_of("am"));
    CHECK_FALSE(channel_of(""));
    for (std::size_t i = 0; i < channel_count; ++i) {
        const auto channel = static_cast<Channel>(i);
        CHECK(channel_of(wire_name(channel)) == channel);
        const Schema& schema = *schema_of(channel);
        CHECK(schema[0].name == "symbol");
        CHECK(schema[schema.size() - 2].name == "received");
        CHECK(schema[schema.size() - 1].name == "connection");
        CHECK(schema.event_time() == 1);
    }
    CHECK(port_name(Channel::minute) == "minute");
    CHECK(port_name(Channel::fmv) == "fmv");
}

TEST_CASE("aggregates begin with the columns of every bar") {
    const Schema& schema = *schema_of(Channel::second);
    const Schema& bar = *bar_schema();
    for (std::size_t i = 0; i < bar.size(); ++i) {
        CHECK(schema[i] == bar[i]);
    }
}
