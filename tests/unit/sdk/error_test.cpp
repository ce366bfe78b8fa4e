#include "tsflow/error.hpp"

#include <catch2/catch.hpp>

using namespace tsflow;

TEST_CASE("a config error carries the place in the file") {
    const ConfigError node("no port");
    CHECK(std::string{node.what()} == "no port");
    CHECK(node.option().empty());
    CHECK_FALSE(node.offset());

    const ConfigError option("window", "too long");
    CHECK(option.option() == "window");
    CHECK_FALSE(option.offset());

    const ConfigError inside("expression", "no such column", 7);
    CHECK(inside.option() == "expression");
    CHECK(inside.offset() == 7);
}

TEST_CASE("errors are caught by their kind and as std::exception") {
    CHECK_THROWS_AS(throw ConfigError("x"), Error);
    CHECK_THROWS_AS(throw RetryableError("x"), Error);
    CHECK_THROWS_AS(throw Error("x"), std::exception);
}

TEST_CASE("a cancellation is not mistaken for an error") {
    bool passed = false;
    try {
        try {
            throw Cancelled{};
        } catch (const std::exception&) {
            FAIL("Cancelled must not be a std::exception");
        }
    } catch (const Cancelled&) {
        passed = true;
    }
    CHECK(passed);
}
