#include "window_clock.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "tsflow/error.hpp"

using namespace tsflow;
using resample::Span;
using resample::WindowClock;

namespace {

std::int64_t at(const std::string& text) {
    return parse_timestamp(text)->time_since_epoch().count();
}

/// `start .. end` of the window that holds a time.
std::string window(const char* every, const char* zone, const char* time) {
    WindowClock clock(*parse_duration(every), zone);
    const Span span = clock.window_of(at(time));
    const auto text = [](std::int64_t t) { return format_timestamp(Timestamp{Duration{t}}); };
    return text(span.start) + " .. " + text(span.end);
}

std::string refused(const char* every, const char* zone) {
    try {
        WindowClock(*parse_duration(every), zone);
    } catch (const ConfigError& error) {
        return error.option() + ": " + error.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("windows of UTC start on its clock") {
    CHECK(window("5m", "UTC", "2016-04-15T13:34:59.999Z") ==
          "2016-04-15T13:30:00Z .. 2016-04-15T13:35:00Z");
    CHECK(window("5m", "UTC", "2016-04-15T13:35:00Z") ==
          "2016-04-15T13:35:00Z .. 2016-04-15T13:40:00Z");
    CHECK(window("1d", "UTC", "2016-04-15T13:35:00Z") ==
          "2016-04-15T00:00:00Z .. 2016-04-16T00:00:00Z");
    CHECK(window("1h", "UTC", "1969-12-31T23:59:59Z") ==
          "1969-12-31T23:00:00Z .. 1970-01-01T00:00:00Z");
}

TEST_CASE("days last from local midnight to local midnight") {
    CHECK(window("1d", "America/New_York", "2016-04-15T13:30:00Z") ==
          "2016-04-15T04:00:00Z .. 2016-04-16T04:00:00Z");
    CHECK(window("1d", "America/New_York", "2016-04-16T03:59:00Z") ==
          "2016-04-15T04:00:00Z .. 2016-04-16T04:00:00Z");
    // 23 hours on the day when clocks go forward, 25 when they go back.
    CHECK(window("1d", "America/New_York", "2011-03-13T12:00:00Z") ==
          "2011-03-13T05:00:00Z .. 2011-03-14T04:00:00Z");
    CHECK(window("1d", "America/New_York", "2011-11-06T12:00:00Z") ==
          "2011-11-06T04:00:00Z .. 2011-11-07T05:00:00Z");
    CHECK(window("1d", "Asia/Kolkata", "2016-04-15T18:30:00Z") ==
          "2016-04-15T18:30:00Z .. 2016-04-16T18:30:00Z");
}

TEST_CASE("weeks start on Monday") {
    CHECK(window("7d", "America/New_York", "2016-04-15T13:30:00Z") ==
          "2016-04-11T04:00:00Z .. 2016-04-18T04:00:00Z");
    CHECK(window("7d", "UTC", "1970-01-04T23:59:59Z") ==
          "1969-12-29T00:00:00Z .. 1970-01-05T00:00:00Z");
}

TEST_CASE("the hour that a clock shows twice makes two windows, the one it leaves out none") {
    CHECK(window("1h", "America/New_York", "2011-11-06T05:30:00Z") ==
          "2011-11-06T05:00:00Z .. 2011-11-06T06:00:00Z");
    CHECK(window("1h", "America/New_York", "2011-11-06T06:30:00Z") ==
          "2011-11-06T06:00:00Z .. 2011-11-06T07:00:00Z");
    CHECK(window("1h", "America/New_York", "2011-03-13T06:59:00Z") ==
          "2011-03-13T06:00:00Z .. 2011-03-13T07:00:00Z");
    CHECK(window("1h", "America/New_York", "2011-03-13T07:00:00Z") ==
          "2011-03-13T07:00:00Z .. 2011-03-13T08:00:00Z");
}

TEST_CASE("windows of hours follow the wall clock over a change") {
    // 00:00 to 04:00 in New York: five hours in autumn, three in spring.
    CHECK(window("4h", "America/New_York", "2011-11-06T07:00:00Z") ==
          "2011-11-06T04:00:00Z .. 2011-11-06T09:00:00Z");
    CHECK(window("4h", "America/New_York", "2011-03-13T07:30:00Z") ==
          "2011-03-13T05:00:00Z .. 2011-03-13T08:00:00Z");
}

TEST_CASE("clocks that are set by half an hour, over midnight or over a whole day") {
    // Lord Howe Island, 02:00 back to 01:30: the cell from 01:00 is cut at the change.
    CHECK(window("1h", "Australia/Lord_Howe", "2011-04-02T14:59:00Z") ==
          "2011-04-02T14:00:00Z .. 2011-04-02T15:00:00Z");
    CHECK(window("1h", "Australia/Lord_Howe", "2011-04-02T15:10:00Z") ==
          "2011-04-02T15:00:00Z .. 2011-04-02T15:30:00Z");
    // St John's, 2006-10-29 00:01 back to 23:01: the new day has begun, and goes on.
    CHECK(window("1d", "America/St_Johns", "2006-10-29T03:00:00Z") ==
          "2006-10-29T02:30:00Z .. 2006-10-30T03:30:00Z");
    // Samoa left out 2011-12-30.
    CHECK(window("1d", "Pacific/Apia", "2011-12-30T10:00:00Z") ==
          "2011-12-30T10:00:00Z .. 2011-12-31T10:00:00Z");
    CHECK(window("1d", "Pacific/Apia", "2011-12-30T09:59:59Z") ==
          "2011-12-29T10:00:00Z .. 2011-12-30T10:00:00Z");
}

TEST_CASE("windows leave no gap and do not overlap") {
    std::mt19937_64 random(20110313);
    for (const char* zone :
         {"UTC", "America/New_York", "America/St_Johns", "Europe/Berlin", "Australia/Lord_Howe",
          "Pacific/Apia", "Asia/Kathmandu", "America/Havana", "Africa/Casablanca"}) {
        for (const char* every : {"1s", "5m", "30m", "1h", "4h", "12h", "1d", "3d", "7d", "366d"}) {
            INFO(every << " of " << zone);
            WindowClock clock(*parse_duration(every), zone);
            for (int i = 0; i < 200; ++i) {
                const std::int64_t from = at("1900-01-01");
                const std::int64_t time =
                    from + static_cast<std::int64_t>(
                               random() % static_cast<std::uint64_t>(at("2040-01-01") - from));
                const Span span = clock.window_of(time);
                REQUIRE(span.holds(time));
                REQUIRE(clock.window_of(span.start).start == span.start);
                REQUIRE(clock.window_of(span.end - 1).start == span.start);
                REQUIRE(clock.window_of(span.end).start == span.end);
                REQUIRE(clock.window_of(span.start - 1).end == span.start);
            }
        }
    }
}

TEST_CASE("the limits of time are within reach") {
    for (const char* zone : {"UTC", "America/New_York"}) {
        WindowClock clock(*parse_duration("366d"), zone);
        CHECK(clock.window_of(WindowClock::earliest).holds(WindowClock::earliest));
        CHECK(clock.window_of(WindowClock::latest).holds(WindowClock::latest));
    }
}

TEST_CASE("lengths that do not fit the day are refused") {
    for (const char* every : {"0s", "7m", "25h", "36h", "367d"}) {
        CHECK_THAT(refused(every, "UTC"), Catch::StartsWith("every: windows of ") &&
                                              Catch::Contains("do not fit the day"));
    }
}

TEST_CASE("unknown time zones are refused with the nearest name") {
    CHECK(
        refused("1d", "America/NewYork") ==
        "timezone: there is no time zone \"America/NewYork\"; did you mean \"America/New_York\"?");
    CHECK_THAT(refused("1d", "new york"), Catch::EndsWith("did you mean \"America/New_York\"?"));
    CHECK_THAT(refused("1d", "Europe/Berln"), Catch::EndsWith("did you mean \"Europe/Berlin\"?"));
    CHECK(refused("1d", "qqqqqqqqqqqqqqqq") ==
          "timezone: there is no time zone \"qqqqqqqqqqqqqqqq\"");
}
