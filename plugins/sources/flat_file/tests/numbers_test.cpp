#include "numbers.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

using tsflow::flat_file::parse_integer;
using tsflow::flat_file::parse_number;

namespace {

double number(const std::string& text) {
    double value = std::nan("");
    return parse_number(text, value) ? value : std::nan("");
}

/// The C library's reading of `text`: what the parser must give, to the bit.
bool agrees_with_strtod(const std::string& text) {
    double value = 0;
    return parse_number(text, value) && value == std::strtod(text.c_str(), nullptr);
}

}  // namespace

TEST_CASE("decimal numbers are read to the nearest double") {
    CHECK(number("55.25") == 55.25);
    CHECK(number("0") == 0.0);
    CHECK(number("7") == 7.0);
    CHECK(number(".5") == 0.5);
    CHECK(number("5.") == 5.0);
    CHECK(number("12345678") == 12345678.0);
    CHECK(number("1234567.8") == 1234567.8);
    CHECK(number("0.1") == 0.1);
    CHECK(number("157.350000") == 157.35);
    CHECK(number("0.001500") == 0.0015);
    CHECK(number("-5.25") == -5.25);
    CHECK(number("1.5e3") == 1500.0);
    CHECK(number("9007199254740993") == 9007199254740992.0);  // 2^53 + 1 is no double
    CHECK(number("9007199254740995") == 9007199254740996.0);
    CHECK(number("00000000000000000000001.5") == 1.5);
    CHECK(number("3.14159265358979323846264338327950288") == 3.141592653589793);
}

TEST_CASE("what is no finite decimal number is refused") {
    for (const char* text :
         {"", ".", "-", "+1", "1.2.3", "1,5", " 1", "1 ", "abc", "nan", "inf", "-inf", "0x10",
          "1e400", "12a4", "1e", "--1", "1234567x", "12345678x"}) {
        CAPTURE(text);
        double value = 0;
        CHECK_FALSE(parse_number(text, value));
    }
}

TEST_CASE("random numbers are read as strtod reads them") {
    std::mt19937_64 random(20240102);
    for (int i = 0; i < 200'000; ++i) {
        char text[64];
        switch (random() % 3) {
            case 0: {  // prices
                const double price = static_cast<double>(random() % 100'000'000) / 1000;
                std::snprintf(text, sizeof text, "%.*f", static_cast<int>(random() % 6), price);
                break;
            }
            case 1:  // anything with all its digits
                std::snprintf(text, sizeof text, "%.17g",
                              std::ldexp(static_cast<double>(random()),
                                         static_cast<int>(random() % 400) - 200));
                break;
            default: {  // digits with a point anywhere
                std::string digits = std::to_string(random());
                digits.insert(random() % (digits.size() + 1), ".");
                std::snprintf(text, sizeof text, "%s", digits.c_str());
            }
        }
        if (!agrees_with_strtod(text)) {
            FAIL("differs for " << text);
        }
    }
}

TEST_CASE("whole numbers are read up to the limits of 64 bits") {
    std::int64_t value = 0;
    REQUIRE(parse_integer("1460727000000000000", value));
    CHECK(value == 1'460'727'000'000'000'000);
    REQUIRE(parse_integer("129", value));
    CHECK(value == 129);
    REQUIRE(parse_integer("-1", value));
    CHECK(value == -1);
    REQUIRE(parse_integer("9223372036854775807", value));
    CHECK(value == std::numeric_limits<std::int64_t>::max());
    for (const char* text : {"", "9223372036854775808", "14607270000000000x0",
                             "x460727000000000000", "1460727000000000a00", "1.5", "+1", " 1"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_integer(text, value));
    }
}
