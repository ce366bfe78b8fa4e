#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "massive/records.hpp"
#include "rows/coverage.hpp"
#include "tsflow/builder.hpp"

using namespace tsflow;
using namespace tsflow::massive;
using namespace std::chrono_literals;
using market::massive::Aggregate;

namespace {

const Timestamp start = *parse_timestamp("2016-04-15T13:30:00Z");

Timestamp minute(int n) {
    return start + std::chrono::minutes{n};
}

struct BarAt {
    const char* ticker;
    int minute;
    double volume = 100;
    double day_volume = 0;
};

struct Rig {
    Rig() {
        coverage.name_connection(0, Symbol::intern("cov0"));
        coverage.name_connection(1, Symbol::intern("cov1"));
    }
    std::vector<HoleEdge> bars(int connection, const std::vector<BarAt>& bars) {
        BatchBuilder builder(schema_of<Aggregate>());
        for (const BarAt& bar : bars) {
            Aggregate row;
            row.symbol = Symbol::intern(bar.ticker);
            row.timestamp = minute(bar.minute);
            row.volume = bar.volume;
            if (bar.day_volume > 0)
                row.day_volume = bar.day_volume;
            row.connection = Symbol::intern(connection == 0 ? "cov0" : "cov1");
            append(builder, row);
        }
        return coverage.rows(Channel::minute, builder.finish());
    }
    Coverage coverage{{Channel::minute}, 2};
};

}  // namespace

TEST_CASE("A hole begins with the window whose burst may have been cut") {
    Rig rig;
    rig.bars(0, {{"C.A", 0}, {"C.B", 0}, {"C.A", 1}});
    const auto edges = rig.coverage.dark(0, {"C.A", "C.B"}, "lost", start);
    // Minute 1 had begun to come: A has it, B may have missed it.
    REQUIRE(edges.size() == 2);
    CHECK(edges[0].tickers == Tickers{"C.B"});
    CHECK(edges[0].at == minute(1));
    CHECK(edges[1].tickers == Tickers{"C.A"});
    CHECK(edges[1].at == minute(2));
    CHECK(edges[0].why == "lost");
}

TEST_CASE("A hole ends with the third new window after the tickers are covered again") {
    Rig rig;
    rig.bars(0, {{"C.D", 0}});
    rig.coverage.dark(0, {"C.D"}, "lost", start);
    rig.coverage.covered(0, {"C.D"}, start);
    CHECK(rig.bars(0, {{"C.D", 0}}).empty());  // a late correction of what was before the hole
    CHECK(rig.bars(1, {{"C.E", 7}}).empty());  // another connection says nothing of this one
    CHECK(rig.bars(0, {{"C.D", 2}}).empty());  // a correction of a bar within the hole
    CHECK(rig.bars(0, {{"C.D", 5}, {"C.D", 4}, {"C.D", 5}}).empty());
    const auto edges = rig.bars(0, {{"C.D", 6}, {"C.D", 7}});
    REQUIRE(edges.size() == 1);
    CHECK(edges[0].tickers == Tickers{"C.D"});
    CHECK(edges[0].at == minute(6));
}

TEST_CASE("Windows that another connection had delivered before are not new") {
    Rig rig;
    rig.bars(0, {{"C.K", 0}});
    rig.coverage.dark(0, {"C.K"}, "lost", start);
    rig.bars(1, {{"C.L", 8}});
    rig.coverage.covered(0, {"C.K"}, start);
    CHECK(rig.bars(0, {{"C.K", 2}, {"C.K", 5}, {"C.K", 7}, {"C.K", 8}}).empty());  // corrections
    const auto edges = rig.bars(0, {{"C.K", 9}, {"C.K", 10}, {"C.K", 11}});
    REQUIRE(edges.size() == 1);
    CHECK(edges[0].at == minute(11));
}

TEST_CASE("A connection that is lost again before its hole ended leaves the tickers dark") {
    Rig rig;
    rig.bars(0, {{"C.F", 0}});
    rig.coverage.dark(0, {"C.F"}, "lost", start);
    rig.coverage.covered(0, {"C.F"}, start);
    rig.coverage.dark(0, {"C.F"}, "lost again", start);
    CHECK(rig.bars(1, {{"C.G", 3}, {"C.G", 4}, {"C.G", 5}, {"C.G", 6}}).empty());
    rig.coverage.covered(1, {"C.F"}, start);
    const auto edges = rig.bars(1, {{"C.G", 7}, {"C.G", 8}, {"C.G", 9}});
    REQUIRE(edges.size() == 1);
    CHECK(edges[0].tickers == Tickers{"C.F"});
}

TEST_CASE("A ticker that moves on before its hole ended is awaited on both connections") {
    Rig rig;
    rig.bars(0, {{"C.M", 0}});
    rig.coverage.dark(0, {"C.M", "C.N"}, "lost", start);
    rig.coverage.covered(1, {"C.M", "C.N"}, start);
    rig.bars(1, {{"C.N", 3}});
    rig.coverage.covered(0, {"C.M"}, start);  // its own connection is back

    SECTION("the one that leads ends it") {
        const auto edges = rig.bars(1, {{"C.N", 4}, {"C.N", 5}});
        REQUIRE(edges.size() == 1);
        CHECK(edges[0].tickers == Tickers{"C.M", "C.N"});
        CHECK(rig.bars(0, {{"C.M", 4}, {"C.M", 5}, {"C.M", 6}}).empty());
    }
    SECTION("the other one ends it when the first is lost") {
        rig.coverage.dark(1, {"C.N"}, "lost", start);
        const auto edges = rig.bars(0, {{"C.M", 4}, {"C.M", 5}, {"C.M", 6}});
        REQUIRE(edges.size() == 1);
        CHECK(edges[0].tickers == Tickers{"C.M"});
    }
    SECTION("and neither when both are lost") {
        rig.coverage.dark(1, {"C.N"}, "lost", start);
        rig.coverage.dark(0, {"C.M"}, "lost", start);
        CHECK(rig.bars(0, {{"C.M", 4}, {"C.M", 5}, {"C.M", 6}}).empty());
    }
}

TEST_CASE("A quiet feed ends the hole by the clock, when its event times are about now") {
    Rig rig;
    rig.bars(0, {{"C.H", 0}});
    rig.coverage.dark(0, {"C.H"}, "lost", minute(1));
    rig.coverage.covered(0, {"C.H"}, minute(2) + 10s);
    CHECK(rig.coverage.waited_long(minute(4)).empty());
    const auto edges = rig.coverage.waited_long(minute(5));
    REQUIRE(edges.size() == 1);
    CHECK(edges[0].at == minute(3));
}

TEST_CASE("A day's volume that grew by more than the bars that came shows a hole") {
    Rig rig;
    rig.bars(0, {{"C.V", 0, 100, 1000}, {"C.V", 1, 50, 1050}});
    rig.bars(0, {{"C.V", 4, 30, 1080}});  // two minutes without trades: nothing is missing
    CHECK(rig.coverage.take_volume_jumps().empty());
    rig.bars(0, {{"C.V", 7, 20, 1180}});  // 80 shares were traded in minutes that never came
    const auto gaps = rig.coverage.take_volume_jumps();
    REQUIRE(gaps.size() == 1);
    CHECK(gaps[0].symbol == "C.V");
    CHECK(gaps[0].from == minute(5));
    CHECK(gaps[0].to == minute(7));
    CHECK(gaps[0].cause == Cause::volume_jump);
}

TEST_CASE("Corrections and a new day are no holes") {
    Rig rig;
    rig.bars(0, {{"C.W", 0, 100, 1000}, {"C.W", 1, 50, 1050}});
    rig.bars(0, {{"C.W", 0, 140, 1090}});  // a late trade of minute 0
    rig.bars(0, {{"C.W", 2, 10, 1100}});
    rig.bars(0, {{"C.W", 24 * 60, 10, 500}});  // the next day starts from 0
    rig.bars(0, {{"C.W", 24 * 60 + 5, 10, 510}});
    CHECK(rig.coverage.take_volume_jumps().empty());
}

TEST_CASE("What all connections have delivered is the least of them") {
    Rig rig;
    CHECK_FALSE(rig.coverage.delivered(Channel::minute));
    rig.bars(0, {{"C.I", 5}});
    rig.bars(1, {{"C.J", 3}});
    CHECK(rig.coverage.delivered(Channel::minute) == minute(3));
    rig.coverage.dark(1, {"C.J"}, "lost", start);  // one that is gone does not hold it back
    CHECK(rig.coverage.delivered(Channel::minute) == minute(5));
    CHECK(rig.coverage.seen() == Tickers{"C.I", "C.J"});
}

TEST_CASE(
    "In a replay the hole of a ticker that leaves the universe ends where the others have come "
    "to") {
    Rig rig;
    rig.bars(0, {{"C.U", 0}});
    rig.coverage.dark(0, {"C.U"}, "lost", start);
    rig.bars(1, {{"C.V", 7}});
    const Timestamp years_later = start + std::chrono::hours{24 * 3000};
    const auto edges = rig.coverage.unwanted({"C.U", "C.V", "C.W"}, years_later);
    REQUIRE(edges.size() == 1);
    CHECK(edges[0].tickers == Tickers{"C.U"});
    CHECK(edges[0].at == minute(8));
    CHECK(rig.coverage.unwanted({"C.U"}, years_later).empty());
}
