#include <catch2/catch.hpp>

#include "massive/frame_parser.hpp"
#include "rows/ownership.hpp"

using namespace tsflow;
using namespace tsflow::massive;
using market::massive::owner::contested;
using market::massive::owner::nobody;
using namespace std::chrono_literals;

namespace {

std::uint8_t owner_of(const Ownership& ownership, const char* ticker) {
    return ownership.owners()[static_cast<std::size_t>(Symbol::intern(ticker).code())];
}

}  // namespace

TEST_CASE("A ticker belongs to the connection that covers it, until that is down") {
    Ownership ownership;
    ownership.covered(0, {"OWN.A", "OWN.B"});
    ownership.covered(1, {"OWN.C"});
    CHECK(owner_of(ownership, "OWN.A") == 0);
    CHECK(ownership.owned_by(0) == 2);
    CHECK(ownership.down(0) == Tickers{"OWN.A", "OWN.B"});
    CHECK(owner_of(ownership, "OWN.A") == nobody);
    CHECK(owner_of(ownership, "OWN.C") == 1);
}

TEST_CASE("While a ticker moves, both may send, and the first of each event counts") {
    Ownership ownership;
    const Symbol symbol = Symbol::intern("OWN.M");
    ownership.covered(0, {"OWN.M"});
    ownership.covered(1, {"OWN.M"});
    CHECK(owner_of(ownership, "OWN.M") == contested);
    CHECK(ownership.first_of(symbol, "event 1"));
    CHECK_FALSE(ownership.first_of(symbol, "event 1"));
    CHECK(ownership.first_of(symbol, "event 2"));

    const Timestamp now{1h};
    CHECK(ownership.released(0, {"OWN.M"}, now).empty());
    ownership.settle(now + Ownership::overlap - 1ns);
    CHECK(owner_of(ownership, "OWN.M") == contested);
    ownership.settle(now + Ownership::overlap);
    CHECK(owner_of(ownership, "OWN.M") == 1);
    CHECK_FALSE(ownership.moving());
}

TEST_CASE("A move survives the loss of either connection") {
    Ownership ownership;
    ownership.covered(0, {"OWN.X", "OWN.Y"});
    ownership.covered(1, {"OWN.X"});
    CHECK(ownership.down(1).empty());  // the new one is lost before the old one let go
    CHECK(owner_of(ownership, "OWN.X") == 0);

    ownership.covered(1, {"OWN.X"});
    CHECK(ownership.down(0) == Tickers{"OWN.Y"});  // the old one is lost: the new one has it
    CHECK(owner_of(ownership, "OWN.X") == 1);

    ownership.covered(2, {"OWN.X"});
    ownership.released(1, {"OWN.X"}, Timestamp{});
    CHECK(ownership.down(2) == Tickers{"OWN.X"});  // the new one is lost after the old one let go
}

TEST_CASE("A ticker that nobody wants any more belongs to nobody") {
    Ownership ownership;
    ownership.covered(0, {"OWN.U"});
    CHECK(ownership.released(0, {"OWN.U"}, Timestamp{}) == Tickers{"OWN.U"});
    CHECK(owner_of(ownership, "OWN.U") == nobody);
}
