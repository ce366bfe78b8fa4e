#include <catch2/catch.hpp>

#include "runtime/place.hpp"

using tsflow::Position;
using tsflow::position_in_string;

TEST_CASE("a place in a plain string is counted in characters") {
    CHECK(position_in_string("x = \"abc\"", {1, 5}, "abc", 0) == Position{1, 6});
    CHECK(position_in_string("x = 'abc'", {1, 5}, "abc", 2) == Position{1, 8});
    CHECK(position_in_string("x = \"\xC3\xA9\xC3\xA9z\"", {1, 5}, "\xC3\xA9\xC3\xA9z", 4) ==
          Position{1, 8});
    CHECK(position_in_string("a = 1\nx = \"abc\"\n", {2, 5}, "abc", 3) == Position{2, 9});
}

TEST_CASE("escapes take more room in the file than in the value") {
    const std::string file = R"(x = "a\"b\u00e9c\td")";
    const std::string value =
        "a\"b\xC3\xA9"
        "c\td";
    CHECK(position_in_string(file, {1, 5}, value, value.find('b')) == Position{1, 9});
    CHECK(position_in_string(file, {1, 5}, value, value.find('c')) == Position{1, 16});
    CHECK(position_in_string(file, {1, 5}, value, value.find('d')) == Position{1, 19});
    CHECK(position_in_string("x = 'a\\tb'", {1, 5}, "a\\tb", 3) == Position{1, 9});
}

TEST_CASE("a place in a multi-line string has its own line") {
    CHECK(position_in_string("x = \"\"\"\none\n  two\"\"\"", {1, 5}, "one\n  two", 6) ==
          Position{3, 3});
    CHECK(position_in_string("x = \"\"\"one \\\n   two\"\"\"", {1, 5}, "one two", 4) ==
          Position{2, 4});
    CHECK(position_in_string("x = '''a\nb'''", {1, 5}, "a\nb", 2) == Position{2, 1});
}

TEST_CASE("what a variable was filled with is placed at the variable") {
    const std::string file = R"(x = "a > ${MIN} and b")";
    const std::string value = "a > 100 and b";
    CHECK(position_in_string(file, {1, 5}, value, 2) == Position{1, 8});
    CHECK(position_in_string(file, {1, 5}, value, 5) == Position{1, 10});
    CHECK(position_in_string(file, {1, 5}, value, 8) == Position{1, 17});
    CHECK(position_in_string(file, {1, 5}, value, 12) == Position{1, 21});
}

TEST_CASE("without a string there the place is the value's own") {
    CHECK(position_in_string("x = 1", {1, 5}, "abc", 2) == Position{1, 5});
    CHECK(position_in_string("x = \"abc\"", {0, 0}, "abc", 2) == Position{0, 0});
    CHECK(position_in_string("x = \"abc\"", {1, 5}, "abc", 99) == Position{1, 9});
}
