#include <catch2/catch.hpp>
#include <optional>
#include <string>

#include "filter.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using filter::Filter;

namespace {

const char* const header =
    "symbol:symbol time:timestamp/event_time day:date close:float64[USD] open:float64[USD] "
    "volume:int64[shares] note:string? halted:bool";

/// Binds the condition, which must be wrong, and tells what is said and whereto it points.
void refused(const std::string& where, const std::string& wanted, std::size_t offset) {
    INFO(where);
    auto node = testing::make<Filter>("where = '''" + where + "'''");
    try {
        node->bind({Port{"in", testing::schema(header)}});
    } catch (const ConfigError& error) {
        CHECK_THAT(error.what(), Catch::Contains(wanted));
        CHECK(error.option() == "where");
        CHECK(error.offset() == std::optional<std::size_t>{offset});
        return;
    }
    FAIL("the condition was accepted");
}

}  // namespace

TEST_CASE("what cannot be read is refused where it stands") {
    refused("", "the expression is empty", 0);
    refused("close >", "but found the end of the expression", 7);
    refused("close > 1 and", "but found the end of the expression", 13);
    refused("close > 1)", "expected 'and', 'or' or the end of the expression but found ')'", 9);
    refused("(close > 1", "expected ')' but found the end of the expression", 10);
    refused("close > 1 volume > 2", "but found 'volume'", 10);
    refused("close > 12abc", "'12abc' is neither a number nor a name", 8);
    refused("close > 1.2.3", "'1.2.3' is neither a number nor a name", 8);
    refused("volume > 99999999999999999999", "the number 99999999999999999999 is out of range", 9);
    refused("symbol = 'MSFT", "the quote ' is never closed", 9);
    refused("close > 1 && volume > 1", "write 'and'", 10);
    refused("close > 1 || volume > 1", "write 'or'", 10);
    refused("symbol <> 'A'", "write '!='", 7);
    refused("!halted", "write 'not'", 0);
    refused("close > $5", "the character '$' has no meaning here", 8);
    refused("1 < close < 5", "comparisons cannot be chained", 10);
    refused("symbol in []", "the list is empty", 11);
    refused("symbol in 'A'", "expected '['", 10);
    refused("symbol in ['A', null]", "a list holds no null", 16);
    refused("symbol not 'A'", "expected 'in' or 'between' after 'not'", 11);
    refused("close between 1 or 2", "expected 'and' but found 'or'", 16);
    refused("note = null", "write 'is null'", 7);
    refused("note is 'x'", "expected 'null'", 8);
    refused(std::string(101, '(') + "halted", "nested more than 100 levels", 101);
}

TEST_CASE("unknown names are refused with the nearest one") {
    refused("volume > 1 and clsoe > 100", "'close'", 15);
    refused("round(close) > 1", "there is no function 'round'", 0);
    refused("abs(close, open) > 1", "'abs' takes 1 argument, not 2", 0);
    refused("starts_with(symbol) > 1", "'starts_with' takes 2 arguments, not 1", 0);
    refused("starts_with(symbol, note)", "needs the start as a text in quotes", 20);
    refused("starts_with(close, 'A')", "'close' (float64 [USD]) is none", 12);
}

TEST_CASE("kinds that do not go together are refused") {
    refused("symbol > 100", "cannot compare 'symbol' (symbol) with a number", 7);
    refused("close = 'high'", "cannot compare 'close' (float64 [USD]) with the text \"high\"", 6);
    refused("time > 5", "cannot compare 'time' (timestamp) with a number", 5);
    refused("close", "'where' needs a condition, and 'close' (float64 [USD]) is none", 0);
    refused("halted and volume", "'and' needs a condition, and 'volume' (int64 [shares]) is none",
            11);
    refused("not close", "'not' needs a condition", 4);
    refused("symbol + 1 > 2", "'+' needs numbers, and 'symbol' (symbol) is none", 0);
    refused("-symbol = 'A'", "'-' needs a number", 1);
    refused("halted < true", "conditions have no order", 7);
    refused("halted in ['a']", "'in' needs a number, a text or a time", 0);
    refused("close in [1, 'x']", "cannot compare 'close' (float64 [USD]) with the text \"x\"", 13);
    refused("close in [open]", "a list holds constants only", 10);
}

TEST_CASE("times that cannot be read are refused") {
    refused("time > 'yesterday'", "\"yesterday\" is no timestamp; write it as", 7);
    refused("day = '2016-02-30'", "\"2016-02-30\" is no date; write it as", 6);
    refused("day in ['2016-02-01', 'x']", "\"x\" is no date", 22);
}

TEST_CASE("units that differ are refused") {
    refused("close > volume",
            "'close' (float64 [USD]) with 'volume' (int64 [shares]): their units differ", 6);
    refused("close + volume > 5", "cannot add 'volume' (int64 [shares]) to 'close' (float64 [USD])",
            6);
    refused("close - volume > 5", "cannot subtract 'volume' (int64 [shares]) from 'close'", 6);
    refused("close * 1.1 > volume", "cannot compare a number [USD] with 'volume'", 12);
    refused("time - '2016-04-15' > 5", "'-' needs numbers", 0);
}

TEST_CASE("constants that cannot be computed are refused") {
    refused("close > 1 / 0", "this divides by zero", 10);
    refused("volume > 9223372036854775807 + 1", "out of range", 29);
}

TEST_CASE("units that go together are accepted") {
    for (const char* where : {"close * volume > 1000000", "close / open > volume", "close > 5",
                              "close - open > 0.5 + close", "2 * close > open",
                              "time - time > 60000000000", "halted = (close > 1)"}) {
        INFO(where);
        auto node = testing::make<Filter>("where = '''" + std::string{where} + "'''");
        CHECK_NOTHROW(node->bind({Port{"in", testing::schema(header)}}));
    }
}

TEST_CASE("a filter needs a condition") {
    const auto errors = testing::errors<Filter>("");
    REQUIRE(errors.size() == 1);
    CHECK_THAT(errors[0], Catch::Contains("where"));
}
