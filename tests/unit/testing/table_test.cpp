#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::testing;

namespace {

std::string refusal(const std::string& text) {
    try {
        table(text);
    } catch (const Error& error) {
        return error.what();
    }
    return "(accepted)";
}

}  // namespace

TEST_CASE("a header line gives names, types, units and flags") {
    const SchemaPtr fields =
        schema("symbol:symbol/key time:timestamp/key/event_time close:float64?[USD] note:string");
    REQUIRE(fields->size() == 4);
    CHECK((*fields)[0] == Field{"symbol", Type::symbol, false, "", true, false});
    CHECK((*fields)[1] == Field{"time", Type::timestamp, false, "", true, true});
    CHECK((*fields)[2] == Field{"close", Type::float64, true, "USD", false, false});
    CHECK((*fields)[3] == Field{"note", Type::string, false, "", false, false});
}

TEST_CASE("a table holds values of every type") {
    const Batch batch = table(R"(
        flag:bool  count:int64           price:float64  time:timestamp                  day:date    text:string     id:symbol

        true       -9223372036854775808  55.25          2016-04-15T13:30:00.000000001Z  2016-04-15  "two \"words\"" MSFT
        false      7                     -1e-3          2016-04-15                      1969-12-31  ""              "A B"
    )");
    REQUIRE(batch.rows() == 2);
    CHECK(batch.column<bool>(0)[0]);
    CHECK_FALSE(batch.column<bool>(0)[1]);
    CHECK(batch.column<std::int64_t>(1)[0] == INT64_MIN);
    CHECK(batch.column<double>(2)[0] == 55.25);
    CHECK(batch.column<double>(2)[1] == -0.001);
    // 2016-04-15T00:00Z is day 16906 of the epoch.
    CHECK(batch.column<Timestamp>(3)[0].time_since_epoch().count() ==
          (16906LL * 86400 + 13 * 3600 + 30 * 60) * 1'000'000'000 + 1);
    CHECK(batch.column<Timestamp>(3)[1].time_since_epoch().count() ==
          16906LL * 86400 * 1'000'000'000);
    CHECK(batch.column<Date>(4)[0].time_since_epoch().count() == 16906);
    CHECK(batch.column<Date>(4)[1].time_since_epoch().count() == -1);
    CHECK(batch.strings(5)[0] == "two \"words\"");
    CHECK(batch.strings(5)[1].empty());
    CHECK(batch.column<Symbol>(6)[0].text() == "MSFT");
    CHECK(batch.column<Symbol>(6)[1].text() == "A B");
}

TEST_CASE("null is null, and the text null in quotes") {
    const Batch batch = table("a:string? b:float64?\nnull null\n\"null\" nan\n");
    CHECK(batch.is_null(0, 0));
    CHECK(batch.is_null(1, 0));
    CHECK_FALSE(batch.is_null(0, 1));
    CHECK(batch.strings(0)[1] == "null");
    CHECK(std::isnan(batch.column<double>(1)[1]));
}

TEST_CASE("a header alone is a batch without rows") {
    CHECK(table("a:int64").rows() == 0);
}

TEST_CASE("to_text prints what table reads back") {
    const Batch batch =
        table(R"(id:symbol/key  time:timestamp/event_time  close:float64?[USD]  text:string
                                 MSFT           2016-04-15T13:30:00Z       55.25                "a b"
                                 A              2016-04-15T13:31:00Z       null                 "null"
                                 "null"         2016-04-15T13:32:00Z       0.1                  "\"\\\n\t")");
    const std::string text = to_text(batch);
    CHECK(table(text) == batch);
    CHECK(text.starts_with(
        "id:symbol/key  time:timestamp/event_time  close:float64?[USD]  text:string\n"
        "MSFT           2016-04-15T13:30:00Z                     55.25  \"a b\"\n"
        "A              2016-04-15T13:31:00Z                      null  \"null\"\n"));
    CHECK(to_text(Batch{}) == "(no batch)\n");
}

TEST_CASE("a bad table is refused with its line and cell") {
    CHECK(refusal("") == "the table is empty: its first line names the columns as 'name:type'");
    CHECK(refusal("a:int64\n\nx") == "line 3, cell 1: 'x' is not an int64");
    CHECK(refusal("a:int64\n1x") == "line 2, cell 1: '1x' is not an int64");
    CHECK(refusal("a:int64 b:float64\n1 two") == "line 2, cell 2: 'two' is not a float64");
    CHECK(refusal("a:bool\nyes") == "line 2, cell 1: 'yes' is not true or false");
    CHECK(refusal("a:timestamp\nnoon") ==
          "line 2, cell 1: 'noon' is not a timestamp such as 2016-04-15T13:30:00Z");
    CHECK(refusal("a:date\n2016-02-30") ==
          "line 2, cell 1: '2016-02-30' is not a date such as 2016-04-15");
    CHECK(
        refusal("a:int64\nnull") ==
        "line 2, cell 1: 'null' is not allowed: column 'a' is not nullable (a '?' behind its type "
        "makes it so)");
    CHECK(refusal("a:int64 b:int64\n1") ==
          "line 2 has 1 cells, and the header names 2 columns (texts with blanks stand in double "
          "quotes)");
    CHECK(refusal("a:string\n\"open") == "line 2, cell 1: the closing double quote is missing");
}

TEST_CASE("a bad header is refused") {
    CHECK(refusal("a").starts_with("line 1, cell 1: 'a' is not a column as 'name:type'"));
    CHECK(refusal(":int64").starts_with("line 1, cell 1: ':int64' is not a column as"));
    CHECK(
        refusal("a:int32") ==
        "line 1, cell 1: 'a:int32' is not a column of type bool, int64, float64, timestamp, date, "
        "string or symbol");
    CHECK(refusal("a:int64[USD") ==
          "line 1, cell 1: 'a:int64[USD' is not a column whose unit ends with ']'");
    CHECK(refusal("a:int64/primary") ==
          "line 1, cell 1: 'a:int64/primary' is not a column with the flags /key or /event_time");
    CHECK(
        refusal("a:int64[USD]?").starts_with("line 1, cell 1: 'a:int64[USD]?' is not a column as"));
    CHECK(refusal("a:int64 a:int64") != "(accepted)");
}
