#include <catch2/catch.hpp>

#include "massive/rest_client.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::market::massive;

TEST_CASE("a page of splits is read, ratios as new shares for an old one") {
    // As the vendor's page on /v3/reference/splits shows it, with a reverse split.
    const SplitsPage page = parse_splits(
        R"({"next_url":"https://api.massive.com/v3/splits/AAPL?cursor=YWN0aXZl","results":[)"
        R"({"execution_date":"2020-08-31","id":"E36416cce743","split_from":1,"split_to":4,"ticker":"AAPL"},)"
        R"({"execution_date":"2021-08-02","id":"E90","split_from":8,"split_to":1.0,"ticker":"GE","more":[]}],)"
        R"("status":"OK"})");
    REQUIRE(page.splits.size() == 2);
    CHECK(page.splits[0].ticker == "AAPL");
    CHECK(page.splits[0].ex_date == *parse_date("2020-08-31"));
    CHECK(page.splits[0].ratio == 4);
    CHECK(page.splits[1].ticker == "GE");
    CHECK(page.splits[1].ratio == 0.125);
    CHECK(page.next == "https://api.massive.com/v3/splits/AAPL?cursor=YWN0aXZl");
    CHECK(page.unreadable == 0);
}

TEST_CASE("entries that are no splits are counted and left out") {
    const SplitsPage page = parse_splits(
        R"({"results":[{"execution_date":"2020-08-31","split_from":0,"split_to":4,"ticker":"A"},)"
        R"({"execution_date":"2020-02-31","split_from":1,"split_to":4,"ticker":"A"},)"
        R"({"execution_date":"2020-08-31","split_from":1,"split_to":-4,"ticker":"A"},)"
        R"({"execution_date":"2020-08-31","split_from":1,"split_to":4},null,)"
        R"({"ticker":"A,B","execution_date":"2020-08-31","split_from":1,"split_to":2},)"
        R"({"ticker":5,"execution_date":"2020-08-31","split_from":1,"split_to":2}]})");
    CHECK(page.splits.empty());
    CHECK(page.unreadable == 7);
}

TEST_CASE("what is no page of splits is refused by that name") {
    CHECK_THROWS_WITH(parse_splits("[]"), Catch::Matchers::Contains("no page of splits"));
    CHECK_THROWS_AS(parse_splits(R"({"status":"NOT_AUTHORIZED"})"), Error);
    CHECK_THROWS_AS(parse_splits(R"({"results":[{"ticker":)"), Error);
}
