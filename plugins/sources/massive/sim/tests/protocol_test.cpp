// The conversation of the websocket, rule by rule.
#include <catch2/catch.hpp>

#include "websocket_client.hpp"

namespace tsflow::massive_sim::testing {

namespace {

constexpr auto quiet = "start_when_clients=1000000";

Json acks(std::initializer_list<const char*> pairs, const std::string& verb = "subscribed to: ") {
    Json all = Json::array();
    for (const char* pair : pairs) {
        all.push_back({{"ev", "status"}, {"status", "success"}, {"message", verb + pair}});
    }
    return all;
}

}  // namespace

TEST_CASE("a client is greeted, authenticates and subscribes") {
    Simulator simulator(options(quiet));
    WebsocketClient client(simulator.websocket_url());
    CHECK(client.read() == status("connected", "Connected Successfully"));
    client.send(auth("KEY"));
    CHECK(client.read() == status("auth_success", "authenticated"));
    client.send(subscribe("AM.AAPL,AM.MSFT"));
    CHECK(client.read() == acks({"AM.AAPL", "AM.MSFT"}));
    client.send(Json{{"action", "unsubscribe"}, {"params", "AM.MSFT"}});
    CHECK(client.read() == acks({"AM.MSFT"}, "unsubscribed to: "));
    client.close();
}

TEST_CASE("auth and subscribe may be sent without waiting") {
    Simulator simulator(options(quiet));
    WebsocketClient client(simulator.websocket_url());
    client.send(auth("KEY"));
    client.send(subscribe("AM.AAPL"));
    CHECK(client.read() == status("connected", "Connected Successfully"));
    CHECK(client.read() == status("auth_success", "authenticated"));
    CHECK(client.read() == acks({"AM.AAPL"}));
}

TEST_CASE("acknowledgements come one a frame when that is wanted") {
    Simulator simulator(options("acks_per_frame=1&start_when_clients=9"));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.AAPL,AM.MSFT,T.AAPL");
    CHECK(client.read() == acks({"AM.MSFT"}));
    CHECK(client.read() == acks({"T.AAPL"}));
}

TEST_CASE("what the feed leaves without a reply") {
    Simulator simulator(options("symbols=AAPL,BRK.B&start_when_clients=9"));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.AAPL");

    SECTION("a channel that does not exist") {
        client.send(subscribe("ZZ.AAPL"));
    }
    SECTION("what is held already") {
        client.send(subscribe("AM.AAPL"));
    }
    SECTION("a channel without a ticker") {
        client.send(subscribe("AM"));
    }
    client.send(subscribe("T.AAPL"));
    CHECK(client.read() == acks({"T.AAPL"}));
}

TEST_CASE("an unknown ticker is acknowledged and silent") {
    Simulator simulator(options("symbols=AAPL&start_when_clients=9"));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.NONE");
    client.send(subscribe("AM.AAPL"));
    CHECK(client.read() == acks({"AM.AAPL"}));
    control(simulator, "step?minutes=3");
    for (const Json& event : client.events(3)) {
        CHECK(event["sym"] == "AAPL");
    }
}

TEST_CASE("a wildcard is acknowledged as one item") {
    Simulator simulator(options("symbols=AAPL,MSFT&start_when_clients=9"));
    WebsocketClient client(simulator.websocket_url());
    client.read();
    client.send(auth("KEY"));
    client.read();
    client.send(subscribe("AM.*"));
    CHECK(client.read() == acks({"AM.*"}));
    control(simulator, "step");
    CHECK(client.read().size() == 2);
}

TEST_CASE("subscriptions are cut at their first point") {
    Simulator simulator(options("symbols=BRK,BRK.B&start_when_clients=9"));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.BRK.B");
    control(simulator, "step");
    const Json events = client.read();
    REQUIRE(events.size() == 1);
    CHECK(events[0]["sym"] == "BRK.B");
}

TEST_CASE("what was unsubscribed is not sent any more") {
    Simulator simulator(options("symbols=AAPL,MSFT&start_when_clients=9"));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.AAPL,AM.MSFT");
    client.send(Json{{"action", "unsubscribe"}, {"params", "AM.AAPL"}});
    client.read();
    control(simulator, "step");
    const Json events = client.read();
    REQUIRE(events.size() == 1);
    CHECK(events[0]["sym"] == "MSFT");
}

TEST_CASE("channels outside the plan are not authorized, the connection stays") {
    Simulator simulator(options("deny=NOI,LULD&start_when_clients=9"));
    WebsocketClient client(simulator.websocket_url());
    client.read();
    client.send(auth("KEY"));
    client.read();
    client.send(subscribe("NOI.*,AM.AAPL"));
    CHECK(client.read() == acks({"AM.AAPL"}));
    CHECK(client.read() == status("error", "not authorized"));
}

TEST_CASE("a wrong key ends the connection without a close frame") {
    Simulator simulator(options("api_keys=GOOD"));
    WebsocketClient client(simulator.websocket_url());
    client.read();
    client.send(auth("BAD"));
    CHECK(client.read() == status("auth_failed", "authentication failed"));
    CHECK(client.end().code == 0);

    WebsocketClient other(simulator.websocket_url());
    other.read();
    other.send(auth("GOOD"));
    CHECK(other.read() == status("auth_success", "authenticated"));
}

TEST_CASE("without authentication nothing can be had") {
    Simulator simulator(options(quiet));
    WebsocketClient client(simulator.websocket_url());
    client.read();
    client.send(subscribe("AM.AAPL"));
    CHECK(client.read() == status("error", "not authorized"));
}

TEST_CASE("the time for authentication runs out") {
    Simulator simulator(options("auth_timeout_seconds=0.1"));
    WebsocketClient client(simulator.websocket_url());
    CHECK(client.read() == status("connected", "Connected Successfully"));
    CHECK(client.read() == status("auth_timeout", "No authentication request received."));
    CHECK(client.end().code == 0);
}

TEST_CASE("a message that cannot be understood is answered with an error") {
    Simulator simulator(options(quiet));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.AAPL");
    for (const char* text : {"no JSON", "[1]", "{\"action\":", R"({"action":"dance"})", "{}",
                             R"({"action":"subscribe","params":["AM.MSFT"]})"}) {
        client.send_text(text);
        CHECK(client.read() == status("error", "unknown action"));
    }
    client.send_text(R"( { "params" : "AM.\u004dSFT" , "x":1, "action":"subscribe" } )");
    CHECK(client.read() == acks({"AM.MSFT"}));
}

TEST_CASE("the market is the path of the URL") {
    Simulator simulator(options(quiet));
    std::string url = simulator.websocket_url();
    CHECK(url.substr(0, 15) == "ws://127.0.0.1:");
    CHECK(url.substr(url.size() - 7) == "/stocks");
    WebsocketClient client(url);
    client.join("AM.AAPL");
    CHECK(control(simulator, "status")["clients"][0]["market"] == "stocks");
}

TEST_CASE("the server answers pings and sends its own") {
    Simulator simulator(options("ping_seconds=0.05&start_when_clients=9"));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.AAPL");
    // Each answer is read with whatever pings came before it.
    for (int i = 0; client.controls().empty() && i < 10'000; ++i) {
        client.send(subscribe("AM.S" + std::to_string(i)));
        client.read();
    }
    REQUIRE_FALSE(client.controls().empty());
    CHECK(client.controls().front() == "ping:");
}

TEST_CASE("several clients are sent what each of them wants") {
    Simulator simulator(options("symbols=AAPL,MSFT,TSLA&start_when_clients=9"));
    WebsocketClient first(simulator.websocket_url());
    WebsocketClient second(simulator.websocket_url());
    first.join("AM.AAPL,AM.MSFT");
    second.join("AM.MSFT,AM.TSLA");
    control(simulator, "step");
    const Json a = first.read();
    const Json b = second.read();
    REQUIRE(a.size() == 2);
    REQUIRE(b.size() == 2);
    CHECK(a[0]["sym"] == "AAPL");
    CHECK(a[1] == b[0]);
    CHECK(b[1]["sym"] == "TSLA");
}

TEST_CASE("stopping ends websockets with a close frame") {
    Simulator simulator(options(quiet));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.AAPL");
    simulator.stop();
    simulator.stop();
    CHECK(client.end().code == 1001);
    CHECK_THROWS(simulator.control("status"));
}

}  // namespace tsflow::massive_sim::testing
