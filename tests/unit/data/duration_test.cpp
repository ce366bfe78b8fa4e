#include <catch2/catch.hpp>
#include <limits>
#include <random>

#include "tsflow/time.hpp"

using namespace tsflow;
using namespace std::chrono_literals;

TEST_CASE("durations print by their largest units") {
    CHECK(format_duration(0ns) == "0s");
    CHECK(format_duration(250ms) == "250ms");
    CHECK(format_duration(1s) == "1s");
    CHECK(format_duration(1500ms) == "1.5s");
    CHECK(format_duration(90min) == "1h30m");
    CHECK(format_duration(24h) == "1d");
    CHECK(format_duration(25h + 1s) == "1d1h1s");
    CHECK(format_duration(1500us) == "1.5ms");
    CHECK(format_duration(1500ns) == "1.5us");
    CHECK(format_duration(1ns) == "1ns");
    CHECK(format_duration(1s + 1ns) == "1.000000001s");
    CHECK(format_duration(1min + 500ms) == "1m500ms");
    CHECK(format_duration(-90min) == "-1h30m");
    CHECK(format_duration(Duration::max()) == "106751d23h47m16.854775807s");
    CHECK(format_duration(Duration::min()) == "-106751d23h47m16.854775808s");
}

TEST_CASE("durations are read in each unit and in sequences") {
    CHECK(parse_duration("1ns") == 1ns);
    CHECK(parse_duration("2us") == 2us);
    CHECK(parse_duration("250ms") == 250ms);
    CHECK(parse_duration("1s") == 1s);
    CHECK(parse_duration("5m") == 5min);
    CHECK(parse_duration("1h") == 1h);
    CHECK(parse_duration("2d") == 48h);
    CHECK(parse_duration("1h30m") == 90min);
    CHECK(parse_duration("1m30s250ms") == 90'250ms);
    CHECK(parse_duration("0.5s") == 500ms);
    CHECK(parse_duration("1.25h") == 75min);
    CHECK(parse_duration("0s") == 0s);
    CHECK(parse_duration("0.000000000005d") == 432ns);
    CHECK(parse_duration("9223372036854775807ns") == Duration::max());
}

TEST_CASE("malformed or too long durations are refused") {
    const char* text =
        GENERATE("", "5", "s", "-1s", "+1s", "1 s", " 1s", "1s ", "1x", "1.s", ".5s", "1.5", "1h30",
                 "1,5s", "0.5ns", "1.0000000001s", "9223372036854775808ns", "106752d",
                 "99999999999999999999d", "1.00000000000000000000s", "106751d1d", "1e3s", "1S");
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
}

TEST_CASE("any positive duration reads back from its text") {
    std::mt19937_64 random(2);
    for (int i = 0; i < 20'000; ++i) {
        const auto bits = static_cast<std::int64_t>(random() >> (1 + random() % 63));
        REQUIRE(parse_duration(format_duration(Duration{bits})) == Duration{bits});
    }
}
