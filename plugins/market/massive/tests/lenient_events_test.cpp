#include <catch2/catch.hpp>
#include <string>

#include "massive/records.hpp"
#include "reading.hpp"
#include "tsflow/record.hpp"

using namespace tsflow;
using namespace tsflow::market::massive;

namespace {

/// A minute bar with `more` behind what must be there.
std::string bar(const std::string& more, const std::string& sym = R"("X")") {
    return R"([{"ev":"AM","sym":)" + sym + R"(,"s":1610144640000,"o":1,"h":4,"l":0.5,"c":2)" +
           (more.empty() ? "" : "," + more) + "}]";
}

Aggregate minute_of(const std::string& frame) {
    Reading reading;
    const Batch batch = reading.parse(frame).rows(Channel::minute);
    CHECK(reading.listener.reasons == Texts{});
    REQUIRE(batch.rows() == 1);
    return rows<Aggregate>(batch)[0];
}

Trade trade_of(const std::string& fields, Reading& reading) {
    reading.parse(R"([{"ev":"T","sym":"X","p":1.5,"s":3,"t":1536036818784,)" + fields + "}]");
    CHECK(reading.listener.reasons == Texts{});
    const Batch batch = reading.rows(Channel::trades);
    REQUIRE(batch.rows() == 1);
    return rows<Trade>(batch)[0];
}

/// The reason for which such a bar is no row.
std::string refusal(const std::string& frame) {
    Reading reading;
    reading.parse(frame);
    CHECK(reading.parser.rows(Channel::minute).empty());
    CHECK(reading.parser.counts().rejected == 1);
    REQUIRE(reading.listener.reasons.size() == 1);
    CHECK("[" + reading.listener.refused[0] + "]" == frame);
    return reading.listener.reasons[0];
}

Timestamp time_of(const std::string& number) {
    return minute_of(R"([{"ev":"AM","sym":"X","s":)" + number +
                     R"(,"o":1,"h":1,"l":1,"c":1,"v":1}])")
        .timestamp;
}

}  // namespace

TEST_CASE("volumes with fractions of shares are taken from the decimal strings") {
    const Aggregate row =
        minute_of(bar(R"("v":4989,"dv":"4989.25","av":4332125,"dav":"4332125.038360")"));
    CHECK(row.volume == 4989.25);
    CHECK(row.day_volume == 4332125.03836);
    CHECK(minute_of(bar(R"("dv":"7.5")")).volume == 7.5);
    CHECK(minute_of(bar(R"("v":7)")).volume == 7);
    CHECK(minute_of(bar(R"("v":"7")")).volume == 7);
    CHECK(minute_of(bar(R"("dv":7.25,"v":7)")).volume == 7.25);
    CHECK(minute_of(bar(R"("dv":"much","v":7)")).volume == 7);
    CHECK(minute_of(bar(R"("dv":null,"v":7)")).volume == 7);
    CHECK(minute_of(bar(R"("dv":".5","v":7)")).volume == 0.5);
    Reading reading;
    CHECK(trade_of(R"("ds":"0.001500")", reading).size == 0.0015);
}

TEST_CASE("fields may come in any order") {
    const Aggregate row = minute_of(
        R"([{"c":2,"v":9,"sym":"X","l":0.5,"z":5,"h":4,"o":1,"s":1610144640000,"ev":"AM"}])");
    CHECK(row.symbol.text() == "X");
    CHECK(row.open == 1);
    CHECK(row.volume == 9);
    CHECK(row.average_size == 5);
    Reading reading;
    reading.parse(R"([{"message":"authenticated","status":"auth_success","ev":"status"}])");
    CHECK(reading.listener.statuses == Texts{"auth_success: authenticated"});
}

TEST_CASE("blanks and line ends between the parts of a frame mean nothing") {
    Reading reading;
    reading.parse(
        " [ { \"ev\" : \"T\" , \"sym\" : \"X\"\n, \"p\" : 1.5 , \"s\" : 3 , \"c\" : [ 12 ,\n"
        " 37 ] , \"i\" : \"7\" , \"t\" : 1536036818784 } ] \r\n");
    const Batch batch = reading.rows(Channel::trades);
    REQUIRE(batch.rows() == 1);
    const Trade row = rows<Trade>(batch)[0];
    CHECK(row.symbol.text() == "X");
    CHECK(row.trade_id == "7");
    CHECK(row.conditions == "12,37");
    CHECK(row.price == 1.5);
}

TEST_CASE("whether a time is in ms, µs or ns, its magnitude tells") {
    CHECK(time_of("1788877046310") == Timestamp{Duration{1788877046310000000}});
    CHECK(time_of("1788877046310003") == Timestamp{Duration{1788877046310003000}});
    CHECK(time_of("1788877046310003385") == Timestamp{Duration{1788877046310003385}});
    CHECK(time_of("1788877046310.0") == Timestamp{Duration{1788877046310000000}});
    CHECK(time_of("\"1788877046310\"") == Timestamp{Duration{1788877046310000000}});
    for (const char* none : {"0", "-1610144640000", "1.5", "null", "true", "\"soon\"", "[1]", "{}",
                             "1e300", "99999999999999", "9223372036854775808"}) {
        CAPTURE(none);
        CHECK(refusal(R"([{"ev":"AM","sym":"X","s":)" + std::string{none} +
                      R"(,"o":1,"h":1,"l":1,"c":1,"v":1}])") ==
              "`s` has a value that cannot be read");
    }
}

TEST_CASE("what may be missing is null, and so is what is of a wrong type") {
    const Aggregate bare = minute_of(bar(R"("v":1)"));
    CHECK_FALSE(bare.vwap);
    CHECK_FALSE(bare.day_volume);
    CHECK_FALSE(bare.average_size);
    CHECK_FALSE(bare.otc);
    Reading reading;
    reading.parse(
        bar(R"("v":1,"z":{"a":[1,{"b":2}]},"vw":null,"op":"x","a":true,"otc":1,"new":[1])"));
    const Batch batch = reading.rows(Channel::minute);
    REQUIRE(batch.rows() == 1);
    const Aggregate row = rows<Aggregate>(batch)[0];
    CHECK_FALSE(row.average_size);
    CHECK_FALSE(row.vwap);
    CHECK_FALSE(row.day_open);
    CHECK_FALSE(row.day_vwap);
    CHECK_FALSE(row.otc);
    CHECK(reading.parser.counts().unreadable_fields == 4);  // null is no wrong type
    CHECK(reading.parser.counts().unknown_fields == 1);

    Reading trades;
    const Trade trade = trade_of(R"("x":"?","q":1.5,"pt":"?","c":["a"],"i":[])", trades);
    CHECK(trade.exchange == 0);
    CHECK(trade.trade_id.empty());
    CHECK_FALSE(trade.sequence);
    CHECK_FALSE(trade.participant_timestamp);
    CHECK_FALSE(trade.conditions);
    CHECK(trades.parser.counts().unreadable_fields == 5);
}

TEST_CASE("trades have all that the feed may send") {
    Reading reading;
    const Trade row =
        trade_of(R"("c":[],"i":52983525029461,"q":"17","pt":1536036818784123456,"trfi":201,)"
                 R"("trft":1536036818785)",
                 reading);
    CHECK_FALSE(row.conditions);
    CHECK(row.trade_id == "52983525029461");
    CHECK(row.sequence == 17);
    CHECK(row.participant_timestamp == Timestamp{Duration{1536036818784123456}});
    CHECK(row.trf_id == 201);
    CHECK(row.trf_timestamp == Timestamp{Duration{1536036818785000000}});
    CHECK(trade_of(R"("c":37,"i":"a\"\u00e9")", reading).conditions == "37");
    CHECK(trade_of(R"("i":"a\"\u00e9")", reading).trade_id == "a\"\xc3\xa9");
}

TEST_CASE("tickers stay as they are, also those that look like nothing") {
    for (const char* ticker : {"NA", "nan", "null", "TRUE", "BRK.B", "BApA", "1", "-", "é"}) {
        CHECK(minute_of(bar(R"("v":1)", "\"" + std::string{ticker} + "\"")).symbol.text() ==
              ticker);
    }
    CHECK(minute_of(bar(R"("v":1)", R"("A\"B\\")")).symbol.text() == "A\"B\\");
    CHECK(minute_of(bar(R"("v":1)", R"("\u0041PL")")).symbol.text() == "APL");
    for (const std::string none : {"null", "7", "\"\"", "[\"X\"]", R"("\ud800")"}) {
        CAPTURE(none);
        CHECK_THAT(refusal(bar(R"("v":1)", none)), Catch::Contains("ticker"));
    }
    CHECK_THAT(refusal(bar(R"("v":1)", "\"" + std::string(65, 'X') + "\"")),
               Catch::Contains("ticker"));
}

TEST_CASE("an event without what every row needs is told with the reason") {
    CHECK(refusal(bar("")) == "`v` is missing");
    CHECK(refusal(R"([{"ev":"AM","sym":"X","s":1610144640000,"h":4,"l":1,"c":2,"v":1}])") ==
          "`o` is missing");
    CHECK(refusal(R"([{"ev":"AM","s":1610144640000,"o":1,"h":4,"l":1,"c":2,"v":1}])") ==
          "the event has no ticker");
    CHECK(refusal(R"([{"sym":"X"}])") == "the event has no `ev`");
    CHECK(refusal(R"([{}])") == "the event has no `ev`");
    CHECK(refusal(R"([{"ev":7}])") == "`ev` is no text");
    CHECK(refusal(R"([{"sym":"X","ev":7}])") == "`ev` is no text");
    CHECK(refusal(R"([{"ev":"status","message":"?"}])") == "the event has no `status`");
    for (const char* none : {"\"abc\"", "null", "{\"x\":[1]}", "1e400", "1.2.3", "NaN", "true",
                             "01", "\"inf\"", "\"nan\"", "\"1 \"", "\"\""}) {
        CAPTURE(none);
        CHECK(refusal(bar(R"("v":1,"o":)" + std::string{none})) ==
              "`o` has a value that cannot be read");
    }
}

TEST_CASE("of a field that comes twice the last counts, but an event is of one kind and ticker") {
    CHECK(minute_of(bar(R"("v":1,"o":3,"v":2)")).open == 3);
    CHECK(minute_of(bar(R"("v":1,"v":2)")).volume == 2);
    CHECK(minute_of(bar(R"("v":1,"ev":"AM","T":"X")")).symbol.text() == "X");
    CHECK_THAT(refusal(bar(R"("v":1,"ev":"A")")), Catch::Contains("two kinds"));
    CHECK_THAT(refusal(bar(R"("v":1,"sym":"Y")")), Catch::Contains("two tickers"));
}

TEST_CASE("numbers are read to the nearest double, however they are written") {
    CHECK(minute_of(bar(R"("v":1,"o":0.1)")).open == 0.1);
    CHECK(minute_of(bar(R"("v":1,"o":1.7976931348623157e308)")).open == 1.7976931348623157e308);
    CHECK(minute_of(bar(R"("v":1,"o":-0.0)")).open == 0);
    CHECK(minute_of(bar(R"("v":1,"o":"130.4650")")).open == 130.465);
    CHECK(minute_of(bar(R"("v":123456789012345678901234567890)")).volume ==
          123456789012345678901234567890.0);
    const std::string digits = "0." + std::string(400, '1');
    CHECK(minute_of(bar(R"("v":1,"o":)" + digits)).open == Approx(1.0 / 9));
}

TEST_CASE("numbers, lists and texts of any length are read alike") {
    std::string digits, list, text;
    for (std::int64_t length = 1; length <= 18; ++length) {
        CAPTURE(length);
        digits += static_cast<char>('0' + length % 10);
        text += static_cast<char>('a' + length);
        list += (list.empty() ? "" : ",") + std::to_string(length);
        const std::int64_t number = std::stoll(digits);
        for (const char* behind : {",", " ,", "\n,", ".0,"}) {
            Reading reading;
            const Trade row = trade_of("\"q\":" + digits + behind + "\"ds\":\"" + digits +
                                           ".0\",\"i\":\"" + text + "\",\"c\":[" + list + "]",
                                       reading);
            const bool exact = std::string_view{behind} != ".0," || length < 16;
            CHECK((row.sequence == number || !exact));
            CHECK(row.size == static_cast<double>(number));
            CHECK(row.trade_id == text);
            CHECK(row.conditions == list);
        }
    }
    Reading reading;
    CHECK(trade_of(R"("q":-12,"z":0,"x":7)", reading).sequence == -12);
    CHECK(trade_of(R"("q":-12,"z":0,"x":7)", reading).tape == 0);
    CHECK(trade_of(R"("x":7)", reading).exchange == 7);
    for (const char* none : {"1.5", "1,2", "12a", "1 2", "+1", "9223372036854775808"}) {
        CAPTURE(none);
        Reading other;
        other.parse(R"([{"ev":"T","sym":"X","p":1,"s":1,"t":1536036818784,"q":)" +
                    std::string{none} + "}]");
        const Batch batch = other.rows(Channel::trades);
        CHECK((batch.empty() || batch.is_null(8, 0)));
    }
    for (const char* none : {"[1.5]", "[1/2]", "[\"1\"]", "[1,[2]]", "{}", "[true]", "1.5"}) {
        CAPTURE(none);
        Reading other;
        const Trade row = trade_of("\"c\":" + std::string{none}, other);
        CHECK_FALSE(row.conditions);
        CHECK(other.parser.counts().unreadable_fields == 1);
    }
}
