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

TEST_CASE("aggregates begin with the columns of every bar") {
    const Schema& schema = *schema_of(Channel::second);
    const Schema& bar = *bar_schema();
    for (std::size_t i = 0; i < bar.size(); ++i) {
        CHECK(schema[i] == bar[i]);
    }
}
