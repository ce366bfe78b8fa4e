#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "tsflow/error.hpp"
#include "tsflow/state.hpp"

using namespace tsflow;
using Catch::Matchers::Equals;

TEST_CASE("state reads back in the order it was written") {
    const Timestamp time{Duration{-5}};
    StateWriter out;
    out.integer(std::numeric_limits<std::int64_t>::min());
    out.real(0.1);
    out.text("caf\xc3\xa9");
    out.text(std::string_view{"\0i", 2});
    out.text("");
    out.boolean(true);
    out.boolean(false);
    out.time(time);
    out.real(std::numeric_limits<double>::quiet_NaN());
    out.real(-0.0);

    StateReader in(out.bytes());
    CHECK(in.integer() == std::numeric_limits<std::int64_t>::min());
    CHECK(in.real() == 0.1);
    CHECK(in.text() == "caf\xc3\xa9");
    CHECK(in.text() == std::string_view{"\0i", 2});
    CHECK(in.text().empty());
    CHECK(in.boolean());
    CHECK_FALSE(in.boolean());
    CHECK(in.time() == time);
    CHECK(std::isnan(in.real()));
    CHECK_FALSE(in.at_end());
    CHECK(std::signbit(in.real()));
    CHECK(in.at_end());
}

TEST_CASE("the bytes of a state are the same on every machine") {
    StateWriter out;
    out.integer(0x0102);
    out.text("ab");
    CHECK(out.bytes() == std::string("i\x02\x01\0\0\0\0\0\0t\x02\0\0\0\0\0\0\0ab", 20));
}

TEST_CASE("a state of other values is refused with what it holds") {
    StateWriter out;
    out.integer(1);
    StateReader in(out.bytes());
    CHECK_THROWS_WITH(in.text(), Equals("the saved state holds an integer where a text is "
                                        "expected; it was written by another version of the node"));
    CHECK_THROWS_WITH(in.real(),
                      Catch::StartsWith("the saved state holds an integer where a real"));
    CHECK(in.integer() == 1);  // a refused read takes nothing
    CHECK_THROWS_WITH(in.integer(), Equals("the saved state ends where an integer is expected"));

    StateReader junk("?12345678");
    CHECK_THROWS_WITH(junk.integer(), Catch::StartsWith("the saved state holds an unknown kind"));
}

TEST_CASE("a state that was cut off is refused") {
    StateWriter out;
    out.text("hello");
    for (std::size_t length = 0; length < out.bytes().size(); ++length) {
        StateReader in(std::string_view{out.bytes()}.substr(0, length));
        CHECK_THROWS_WITH(in.text(), Catch::StartsWith("the saved state ends"));
        CHECK(in.at_end() == (length == 0));
    }
}
