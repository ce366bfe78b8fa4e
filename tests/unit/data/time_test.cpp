#include <catch2/catch.hpp>
#include <limits>
#include <random>

#include "tsflow/time.hpp"

using namespace tsflow;

namespace {

Timestamp at(std::int64_t nanos) {
    return Timestamp{Duration{nanos}};
}
Date day(std::int32_t days) {
    return Date{Date::duration{days}};
}

constexpr std::int64_t second = 1'000'000'000;

}  // namespace

TEST_CASE("timestamps print with a fraction of 3, 6 or 9 digits, or none") {
    // `date -u -d @1460727000` gives 2016-04-15 13:30:00.
    const std::int64_t base = 1'460'727'000 * second;
    CHECK(format_timestamp(at(base)) == "2016-04-15T13:30:00Z");
    CHECK(format_timestamp(at(base + 250'000'000)) == "2016-04-15T13:30:00.250Z");
    CHECK(format_timestamp(at(base + 1'000)) == "2016-04-15T13:30:00.000001Z");
    CHECK(format_timestamp(at(base + 1)) == "2016-04-15T13:30:00.000000001Z");
    CHECK(format_timestamp(at(0)) == "1970-01-01T00:00:00Z");
    CHECK(format_timestamp(at(-1)) == "1969-12-31T23:59:59.999999999Z");
}

TEST_CASE("appending a timestamp keeps what was there") {
    std::string out = "t=";
    append_timestamp(out, at(0));
    CHECK(out == "t=1970-01-01T00:00:00Z");
}

TEST_CASE("the first and the last timestamp print and read back") {
    const Timestamp first = at(std::numeric_limits<std::int64_t>::min());
    const Timestamp last = at(std::numeric_limits<std::int64_t>::max());
    CHECK(format_timestamp(first) == "1677-09-21T00:12:43.145224192Z");
    CHECK(format_timestamp(last) == "2262-04-11T23:47:16.854775807Z");
    CHECK(parse_timestamp("1677-09-21T00:12:43.145224192Z") == first);
    CHECK(parse_timestamp("2262-04-11T23:47:16.854775807Z") == last);
    CHECK_FALSE(parse_timestamp("1677-09-21T00:12:43.145224191Z"));
    CHECK_FALSE(parse_timestamp("2262-04-11T23:47:16.854775808Z"));
    CHECK_FALSE(parse_timestamp("1677-09-21"));
    CHECK_FALSE(parse_timestamp("9999-12-31"));
}

TEST_CASE("any timestamp reads back from its text") {
    std::mt19937_64 random(1);
    for (int i = 0; i < 20'000; ++i) {
        const Timestamp time = at(static_cast<std::int64_t>(random()));
        REQUIRE(parse_timestamp(format_timestamp(time)) == time);
    }
}

TEST_CASE("timestamps are read in each of the written forms") {
    const Timestamp expected = at(1'460'727'000 * second);
    CHECK(parse_timestamp("2016-04-15T13:30:00Z") == expected);
    CHECK(parse_timestamp("2016-04-15T13:30:00") == expected);
    CHECK(parse_timestamp("2016-04-15 13:30:00Z") == expected);
    CHECK(parse_timestamp("2016-04-15T13:30Z") == expected);
    CHECK(parse_timestamp("2016-04-15 13:30") == expected);
    CHECK(parse_timestamp("2016-04-15T09:30:00-04:00") == expected);
    CHECK(parse_timestamp("2016-04-15T19:00:00+05:30") == expected);
    CHECK(parse_timestamp("2016-04-15T13:30:00.0Z") == expected);
    CHECK(parse_timestamp("2016-04-15T13:30:00.5Z") == expected + std::chrono::milliseconds{500});
    CHECK(parse_timestamp("2016-04-15T13:30:00.000000001+00:00") == expected + Duration{1});
    CHECK(parse_timestamp("1970-01-01") == at(0));
    CHECK(parse_timestamp("1970-01-02Z") == at(86'400 * second));
    CHECK(parse_timestamp("1970-01-01+01:00") == at(-3'600 * second));
    CHECK(parse_timestamp("2016-02-29") == at(1'456'704'000 * second));
}

TEST_CASE("impossible or malformed timestamps are refused") {
    const char* text = GENERATE(
        "", "2016", "2016-04", "2016-4-15", "16-04-15", "2016-13-01", "2016-00-01", "2016-01-00",
        "2016-02-30", "2015-02-29", "1900-02-29", "2016-04-31", "2016-04-15T", "2016-04-15T13",
        "2016-04-15T13:3", "2016-04-15T24:00", "2016-04-15T13:60", "2016-04-15T13:30:60",
        "2016-04-15T13:30:", "2016-04-15T13:30:00.", "2016-04-15T13:30:00.0000000001",
        "2016-04-15T13:30:00,5", "2016-04-15T13:30:00+0400", "2016-04-15T13:30:00+4:00",
        "2016-04-15T13:30:00+24:00", "2016-04-15T13:30:00+04:60", "2016-04-15T13:30:00ZZ",
        "2016-04-15T13:30:00 ", " 2016-04-15", "2016-04-15t13:30:00z", "2016/04/15", "20160415",
        "+016-04-15", "2016-04-15T-1:30", "2016-04-15T13.5:30", "today", "1460727000");
    CAPTURE(text);
    CHECK_FALSE(parse_timestamp(text));
}

TEST_CASE("dates print and read back") {
    CHECK(format_date(day(16'906)) == "2016-04-15");
    CHECK(format_date(day(0)) == "1970-01-01");
    CHECK(format_date(day(-1)) == "1969-12-31");
    CHECK(parse_date("2016-04-15") == day(16'906));
    CHECK(parse_date("0001-01-01") == day(-719'162));
    for (std::int32_t days = -719'528; days < 2'932'897; days += 97) {  // years 0000 to 9999
        REQUIRE(parse_date(format_date(day(days))) == day(days));
    }
}

TEST_CASE("impossible or malformed dates are refused") {
    const char* text = GENERATE("", "2016-02-30", "2016-04-15T00:00", "2016-04-15 ", "2016-4-15",
                                "2016-04-1", "15.04.2016", "2016-04-15Z");
    CAPTURE(text);
    CHECK_FALSE(parse_date(text));
}

TEST_CASE("dates beyond four-digit years print in the expanded form") {
    CHECK(format_date(day(2'932'896)) == "9999-12-31");
    CHECK(format_date(day(2'932'897)) == "+010000-01-01");
    CHECK(format_date(day(-719'529)) == "-000001-12-31");
    CHECK(format_date(day(std::numeric_limits<std::int32_t>::max())) == "+5881580-07-11");
    CHECK(format_date(day(std::numeric_limits<std::int32_t>::min())) == "-5877641-06-23");
}
