// Options, as text.
#include <catch2/catch.hpp>

#include "sim/simulator.hpp"
#include "tsflow/error.hpp"
#include "websocket_client.hpp"

namespace tsflow::massive_sim::testing {

TEST_CASE("options are read from a query") {
    const SimulatorOptions read = options(
        "?speed=60&symbols=AAPL,BRK.B&synthetic&limit=3&evict=newcomer&evict_message=a%20b%26c&"
        "pause_on_drop=true&late_percent=2.5");
    CHECK(read.speed == 60);
    CHECK(read.symbols == std::vector<std::string>{"AAPL", "BRK.B"});
    CHECK(read.synthetic);
    CHECK(read.limit == 3);
    CHECK(read.evict == "newcomer");
    CHECK(read.evict_message == "a b&c");
    CHECK(read.pause_on_drop);
    CHECK(read.late_percent == 2.5);
    CHECK(options("").speed == 1);
}

TEST_CASE("errors name the key, the value and what was expected") {
    using Catch::Contains;
    CHECK_THROWS_WITH(options("speeed=60"), Contains("'speeed'") && Contains("'speed'"));
    CHECK_THROWS_WITH(options("zzzzzzzz=1"), Contains("--help"));
    CHECK_THROWS_WITH(options("speed=fast"), Contains("'speed'") && Contains("'fast'"));
    CHECK_THROWS_WITH(options("speed=-1"), Contains("not negative"));
    CHECK_THROWS_WITH(options("speed=nan"), Contains("'nan'"));
    CHECK_THROWS_WITH(options("port=70000"), Contains("'port'") && Contains("65535"));
    CHECK_THROWS_WITH(options("late_percent=101"), Contains("100"));
    CHECK_THROWS_WITH(options("limit=1.5"), Contains("whole number"));
    CHECK_THROWS_WITH(options("evict=both"), Contains("older|newcomer"));
    CHECK_THROWS_WITH(options("pause_on_drop=yes"), Contains("true or false"));
    CHECK_THROWS_WITH(options("from=yesterday"), Contains("'from'"));
    CHECK_THROWS_WITH(options("start=noon"), Contains("'start'"));
    CHECK_THROWS_WITH(options("synthetic=true&data=x"), Contains("exclude each other"));
    CHECK_THROWS_WITH(options("events_per_frame=0"), Contains("at least 1"));
    try {
        options("speed=fast");
    } catch (const ConfigError& error) {
        CHECK(error.option() == "speed");
    }
}

TEST_CASE("an address that cannot be had is named") {
    CHECK_THROWS_WITH(Simulator(options("host=nowhere")), Catch::Contains("nowhere"));
    Simulator first(options(""));
    const std::string url = first.rest_url();
    const std::string port = url.substr(url.rfind(':') + 1);
    CHECK_THROWS_WITH(Simulator(options("port=" + port)), Catch::Contains(port));
}

}  // namespace tsflow::massive_sim::testing
