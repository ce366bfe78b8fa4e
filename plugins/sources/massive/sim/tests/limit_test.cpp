// The limit of connections, in both variants that were measured.
#include <catch2/catch.hpp>

#include "websocket_client.hpp"

namespace tsflow::massive_sim::testing {

namespace {

constexpr auto message = "Maximum number of websocket connections exceeded. ";

}  // namespace

TEST_CASE("over the limit the older connection is closed, the newcomer streams") {
    Simulator simulator(options("limit=1&symbols=AAPL&start_when_clients=9"));
    WebsocketClient older(simulator.websocket_url());
    older.join("AM.AAPL");
    WebsocketClient newcomer(simulator.websocket_url());
    newcomer.join("AM.AAPL");
    CHECK(older.read() == status("max_connections", message));
    CHECK(older.end().code == 1008);
    control(simulator, "step");
    CHECK(newcomer.read()[0]["ev"] == "AM");
}

TEST_CASE("over the limit the newcomer is closed after its subscribe was acknowledged") {
    Simulator simulator(options("limit=1&evict=newcomer&symbols=AAPL&start_when_clients=9"));
    WebsocketClient older(simulator.websocket_url());
    older.join("AM.AAPL");
    WebsocketClient newcomer(simulator.websocket_url());
    newcomer.join("AM.AAPL");
    CHECK(newcomer.read() == status("max_connections", message));
    CHECK(newcomer.end().code == 1008);
    control(simulator, "step");
    CHECK(older.read()[0]["ev"] == "AM");
}

TEST_CASE("the eviction may come without a close frame and with another text") {
    Simulator simulator(
        options("limit=1&evict_code=0&evict_message=Too%20many.&start_when_clients=9"));
    WebsocketClient older(simulator.websocket_url());
    older.join("AM.AAPL");
    WebsocketClient newcomer(simulator.websocket_url());
    newcomer.join("AM.AAPL");
    CHECK(older.read() == status("max_connections", "Too many."));
    CHECK(older.end().code == 0);
}

TEST_CASE("the limit is that of a key and market, and of living connections") {
    Simulator simulator(options("limit=1&evict=newcomer&start_when_clients=9"));
    WebsocketClient first(simulator.websocket_url());
    first.join("AM.AAPL", "ONE");
    WebsocketClient other_key(simulator.websocket_url());
    other_key.join("AM.AAPL", "TWO");
    first.close();
    WebsocketClient again(simulator.websocket_url());
    again.join("AM.AAPL", "ONE");
    const Json clients = control(simulator, "status")["clients"];
    REQUIRE(clients.size() == 2);
    CHECK(clients[0]["client"] == 2);
    CHECK(clients[1]["client"] == 3);
}

TEST_CASE("a slot may linger after a connection that broke off") {
    Simulator simulator(
        options("limit=1&evict=newcomer&slot_linger_seconds=1000&start_when_clients=9"));
    {
        WebsocketClient broken(simulator.websocket_url());
        broken.join("AM.AAPL");
        control(simulator, "drop?client=1");
        CHECK(broken.end().code == 0);
    }
    WebsocketClient next(simulator.websocket_url());
    next.join("AM.AAPL");
    CHECK(next.read() == status("max_connections", message));
}

}  // namespace tsflow::massive_sim::testing
