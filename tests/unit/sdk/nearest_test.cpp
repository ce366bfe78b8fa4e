#include <catch2/catch.hpp>

#include "tsflow/text.hpp"

using namespace tsflow;

TEST_CASE("the nearest candidate is the one with the fewest slips") {
    const std::vector<std::string> names = {"price", "prices", "volume", "symbol", "ts"};
    CHECK(nearest("pricee", names) == "price");
    CHECK(nearest("pricse", names) == "price");  // two neighbours swapped
    CHECK(nearest("volum", names) == "volume");
    CHECK(nearest("xvolume", names) == "volume");
    CHECK(nearest("symbl", names) == "symbol");
    CHECK(nearest("VOLUME", names) == "volume");
    CHECK(nearest("tz", names) == "ts");
}

TEST_CASE("what is too far from all candidates has no nearest") {
    CHECK(nearest("id", {"ts", "price"}).empty());
    CHECK(nearest("x", {"y"}).empty());
    CHECK(nearest("", {"a", "b"}).empty());
    CHECK(nearest("price", {}).empty());
    CHECK(nearest("price", {"price"}).empty());  // not a slip of itself
    CHECK(nearest(std::string(500, 'a'), {std::string(499, 'a')}).empty());
}

TEST_CASE("letter case decides between equals, then the order") {
    CHECK(nearest("Urls", {"urls", "URLS", "Url"}) == "urls");
    CHECK(nearest("rate", {"rat", "rates"}) == "rat");
}
