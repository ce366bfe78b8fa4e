#include <catch2/catch.hpp>

#include "schedule.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using massive_rest::Schedule;

namespace {

Date day(const char* text) {
    return *parse_date(text);
}

/// `TICKER from to` of what is next.
std::string shown(const Schedule& schedule) {
    const auto request = schedule.next();
    return request.ticker + " " + format_timestamp(request.from) + " " +
           format_timestamp(request.to);
}

}  // namespace

TEST_CASE("History is asked for month by month, and in each month ticker by ticker") {
    Schedule schedule({"AAPL", "MSFT"}, day("2024-01-30"), day("2024-02-02"));
    CHECK(schedule.requests() == 4);
    CHECK(shown(schedule) == "AAPL 2024-01-30T00:00:00Z 2024-02-01T00:00:00Z");
    CHECK_FALSE(schedule.finish());
    CHECK(shown(schedule) == "MSFT 2024-01-30T00:00:00Z 2024-02-01T00:00:00Z");
    CHECK(schedule.finish());
    CHECK(format_timestamp(schedule.month_begin()) == "2024-02-01T00:00:00Z");
    CHECK(shown(schedule) == "AAPL 2024-02-01T00:00:00Z 2024-02-03T00:00:00Z");
    schedule.finish();
    CHECK(schedule.finish());
    CHECK(schedule.done());
    CHECK(schedule.finished() == 4);
}

TEST_CASE("A year's end and a leap day are in the right months") {
    Schedule schedule({"A"}, day("2023-12-31"), day("2024-03-01"));
    CHECK(schedule.requests() == 4);
    CHECK(shown(schedule) == "A 2023-12-31T00:00:00Z 2024-01-01T00:00:00Z");
    schedule.finish();
    schedule.finish();
    CHECK(shown(schedule) == "A 2024-02-01T00:00:00Z 2024-03-01T00:00:00Z");
    schedule.finish();
    CHECK(shown(schedule) == "A 2024-03-01T00:00:00Z 2024-03-02T00:00:00Z");
}

TEST_CASE("A schedule goes on where an earlier one was") {
    Schedule first({"A", "B", "C"}, day("2024-01-01"), day("2024-02-29"));
    first.finish();
    first.advance(*parse_timestamp("2024-01-10T15:00:00Z"));
    const auto at = first.next();

    Schedule same({"A", "B", "C"}, day("2024-01-01"), day("2024-02-29"));
    same.resume(first.month_begin(), at.ticker, at.from);
    CHECK(shown(same) == "B 2024-01-10T15:00:00Z 2024-02-01T00:00:00Z");

    Schedule other({"A", "C"}, day("2024-01-01"), day("2024-02-29"));
    other.resume(first.month_begin(), at.ticker, at.from);
    CHECK(shown(other) == "C 2024-01-01T00:00:00Z 2024-02-01T00:00:00Z");

    Schedule fewer({"A"}, day("2024-01-01"), day("2024-02-29"));
    fewer.resume(first.month_begin(), at.ticker, at.from);
    CHECK(shown(fewer) == "A 2024-02-01T00:00:00Z 2024-03-01T00:00:00Z");
}

TEST_CASE("A finished schedule stays finished, and other dates are refused") {
    Schedule schedule({"A"}, day("2024-01-01"), day("2024-01-31"));
    schedule.finish();
    Schedule again({"A"}, day("2024-01-01"), day("2024-01-31"));
    again.resume(schedule.month_begin(), "", schedule.month_begin());
    CHECK(again.done());

    Schedule other({"A"}, day("2023-01-01"), day("2023-01-31"));
    CHECK_THROWS_WITH(other.resume(*parse_timestamp("2024-01-01"), "A", {}),
                      Catch::Contains("the month from 2024-01-01T00:00:00Z") &&
                          Catch::Contains("another state_dir"));
}
