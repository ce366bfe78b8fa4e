#include <catch2/catch.hpp>
#include <string>

#include "massive/rest_client.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::market::massive;

namespace {

Timestamp ms(std::int64_t count) {
    return Timestamp{std::chrono::milliseconds{count}};
}

}  // namespace

TEST_CASE("a page of aggregates becomes bars") {
    // From the vendor's published specification, with one entry of its optional fields.
    const BarsPage page = parse_bars(
        R"({"ticker":"AAPL","queryCount":2,"resultsCount":2,"adjusted":false,"results":[)"
        R"({"v":70790813,"vw":131.6292,"o":130.465,"c":130.15,"h":133.41,"l":129.89,"t":1673240400000,"n":645365},)"
        R"({"t":1673326800000,"o":130.26,"h":131.2636,"l":128.12,"c":130.73,"v":63896155.5,"otc":true}],)"
        R"("status":"OK","request_id":"a47d1beb8c11b6ae897ab76cdbbf35a3","count":2,)"
        R"("next_url":"https://api.massive.com/v2/aggs/ticker/AAPL/range/1/day/1673413200000/1673672400000?cursor=YW"})");
    REQUIRE(page.bars.size() == 2);
    CHECK(page.unreadable == 0);
    CHECK(page.next ==
          "https://api.massive.com/v2/aggs/ticker/AAPL/range/1/day/1673413200000/"
          "1673672400000?cursor=YW");
    CHECK(page.bars[0].start == ms(1673240400000));
    CHECK(page.bars[0].open == 130.465);
    CHECK(page.bars[0].high == 133.41);
    CHECK(page.bars[0].low == 129.89);
    CHECK(page.bars[0].close == 130.15);
    CHECK(page.bars[0].volume == 70790813);
    CHECK(page.bars[0].vwap == 131.6292);
    CHECK(page.bars[0].transactions == 645365);
    CHECK(page.bars[1].volume == 63896155.5);
    CHECK_FALSE(page.bars[1].vwap);
    CHECK_FALSE(page.bars[1].transactions);
}

TEST_CASE("a page without results has no bars") {
    CHECK(parse_bars(R"({"ticker":"X","resultsCount":0,"status":"OK"})").bars.empty());
    CHECK(parse_bars(R"({"status":"DELAYED","results":null,"next_url":null})").next.empty());
    CHECK(parse_bars(R"({"results":[]})").bars.empty());
    CHECK(parse_bars("{}").bars.empty());
}

TEST_CASE("entries that are no bars are counted, and the rest is kept") {
    const BarsPage page = parse_bars(
        R"({"results":[{"t":1,"o":1,"h":1,"l":1,"c":1},7,null,{"t":2000,"o":1,"h":2,"l":3,"c":4,"v":5},)"
        R"({"t":"soon","o":1,"h":2,"l":3,"c":4,"v":5},{"t":1000,"o":1,"h":2,"l":3,"c":4,"v":"5.5"}]})");
    CHECK(page.unreadable == 4);
    REQUIRE(page.bars.size() == 2);
    CHECK(page.bars[0].start == ms(1000));  // in the order of time
    CHECK(page.bars[0].volume == 5.5);
    CHECK(page.bars[1].start == ms(2000));
}

TEST_CASE("what is no page of aggregates is refused with its beginning") {
    const auto refused = [](std::string json) {
        CAPTURE(json);
        CHECK_THROWS_AS(parse_bars(json), Error);
    };
    refused("");
    refused("   ");
    refused("[]");
    refused("null");
    refused("<html>busy</html>");
    refused(R"({"results":5})");
    refused(R"({"results":[{"t":1,)");
    refused(R"({"results":[{"t":1 "o":2}]})");
    refused(R"({"results":[]}{})");
    refused("{\"results\":[]}\xff");
    refused(R"({"status":"ERROR","error":"oops"})");
    CHECK_THROWS_WITH(parse_bars("<html>busy</html>"), Catch::Contains("<html>busy</html>"));
    CHECK_THROWS_WITH(parse_bars(R"({"status":"ERROR","error":"oops"})"), Catch::Contains("oops"));
}
