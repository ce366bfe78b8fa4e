// Each fault that the simulator offers, seen from a client.
#include <catch2/catch.hpp>
#include <chrono>

#include "raw_socket.hpp"
#include "websocket_client.hpp"

namespace tsflow::massive_sim::testing {

namespace {

constexpr auto market = "symbols=AAPL,MSFT&start=2026-03-02T14:30:00Z&start_when_clients=9";

/// A simulator with one client that is subscribed to all.
struct Joined {
    explicit Joined(const std::string& more = "", const std::string& pairs = "AM.*")
        : simulator(options(market + more)), client(simulator.websocket_url()) {
        client.join(pairs);
    }
    Json status() { return control(simulator, "status"); }
    std::size_t rest_count() {
        return get(simulator.rest_url() +
                   "/v2/aggs/ticker/AAPL/range/1/minute/2026-03-02/2026-03-02")
            .json()["resultsCount"];
    }
    Simulator simulator;
    WebsocketClient client;
};

}  // namespace

TEST_CASE("a drop without a close frame, and with one") {
    Joined joined;
    SECTION("by the end of the stream") {
        control(joined.simulator, "drop?client=1");
        CHECK(joined.client.end().code == 0);
    }
    SECTION("by a reset") {
        control(joined.simulator, "drop?client=1&reset=true");
        CHECK(joined.client.end().code == 0);
    }
    SECTION("in the middle of a frame") {
        control(joined.simulator, "drop?mid_frame=true");
        CHECK(joined.client.end().code == 0);
    }
    SECTION("with a code, behind what was sent before") {
        control(joined.simulator, "step?minutes=5");
        control(joined.simulator, "drop?client=AAPL&code=1011&reason=keepalive");
        CHECK(joined.client.events(10).size() == 10);
        const End end = joined.client.end();
        CHECK(end.code == 1011);
        CHECK(end.reason == "keepalive");
    }
    WebsocketClient again(joined.simulator.websocket_url());
    again.join("AM.*");
    control(joined.simulator, "step");
    CHECK(again.read().size() == 2);
}

TEST_CASE("a drop may be aimed at one client") {
    Joined joined("", "AM.AAPL");
    WebsocketClient other(joined.simulator.websocket_url());
    other.join("AM.MSFT");
    SECTION("by its number") {
        control(joined.simulator, "drop?client=1");
    }
    SECTION("by its ticker") {
        control(joined.simulator, "drop?client=AAPL");
    }
    CHECK(joined.client.end().code == 0);
    control(joined.simulator, "step");
    CHECK(other.read()[0]["sym"] == "MSFT");
    control(joined.simulator, "drop?client=77");
    control(joined.simulator, "drop?client=NONE");
    control(joined.simulator, "step");
    CHECK(other.read()[0]["sym"] == "MSFT");
}

TEST_CASE("the market goes on while a client is away, and REST knows what it missed") {
    Joined joined;
    control(joined.simulator, "step?minutes=2");
    control(joined.simulator, "drop?code=1006&minutes=5");
    CHECK(joined.client.events_until_end().size() == 4);
    WebsocketClient again(joined.simulator.websocket_url());
    again.join("AM.*");
    control(joined.simulator, "step");
    CHECK(again.read()[0]["s"] == 1'772'461'800'000 + 7 * 60'000);
    CHECK(joined.rest_count() == 8);
}

TEST_CASE("a stalled client is sent nothing, and all of it later") {
    Joined joined;
    control(joined.simulator, "stall");
    control(joined.simulator, "step?minutes=3");
    CHECK(joined.status()["clients"][0]["stalled"] == true);
    CHECK(joined.status()["clients"][0]["bytes_waiting"] > 0);
    control(joined.simulator, "unstall?client=1");
    CHECK(joined.client.events(6).size() == 6);
    while (joined.status()["clients"][0]["bytes_waiting"] != 0) {
    }
}

TEST_CASE("a stall may lose what happens meanwhile") {
    Joined joined;
    control(joined.simulator, "stall?lose=true");
    control(joined.simulator, "step?minutes=3");
    CHECK(joined.status()["clients"][0]["events_lost"] == 6);
    control(joined.simulator, "unstall");
    control(joined.simulator, "step");
    CHECK(joined.client.read()[0]["s"] == 1'772'461'800'000 + 3 * 60'000);
}

TEST_CASE("a stall may end by itself") {
    Joined joined;
    control(joined.simulator, "stall?seconds=0.05");
    control(joined.simulator, "step");
    CHECK(joined.client.read().size() == 2);
    CHECK(joined.status()["clients"][0]["stalled"] == false);
}

TEST_CASE("a client that is too slow is disconnected") {
    const std::string more = "&buffer_bytes=3000";
    SECTION("without a close frame") {
        Joined joined(more);
        control(joined.simulator, "stall");
        control(joined.simulator, "step?minutes=50");
        CHECK(joined.client.end().code == 0);
    }
    SECTION("with one") {
        Joined joined(more + "&overflow_code=1008");
        control(joined.simulator, "stall");
        control(joined.simulator, "step?minutes=50");
        CHECK(joined.client.end().code == 1008);
    }
}

TEST_CASE("a slow connection") {
    Joined joined;
    control(joined.simulator, "slow?bytes_per_second=40000");
    const auto begin = std::chrono::steady_clock::now();
    control(joined.simulator, "step?minutes=40");  // about 16 kB
    CHECK(joined.client.events(80).size() == 80);
    CHECK(std::chrono::steady_clock::now() - begin > std::chrono::milliseconds{200});
    control(joined.simulator, "slow?bytes_per_second=0");
    control(joined.simulator, "step?minutes=400");
    CHECK(joined.client.events(800).size() == 800);
}

TEST_CASE("authentication is refused") {
    Simulator simulator(options(market));
    control(simulator,
            "refuse_auth?count=1&message=Your%20plan%20doesn't%20include%20websocket%20access.");
    WebsocketClient client(simulator.websocket_url());
    client.read();
    client.send(auth("KEY"));
    CHECK(client.read() == status("auth_failed", "Your plan doesn't include websocket access."));
    CHECK(client.end().code == 0);
    WebsocketClient next(simulator.websocket_url());
    next.join("AM.AAPL");
}

TEST_CASE("connections are refused for a while") {
    Simulator simulator(options(market));
    SECTION("by closing them") {
        control(simulator, "refuse_connections");
        CHECK_THROWS(WebsocketClient(simulator.websocket_url()));
    }
    SECTION("by an HTTP status") {
        control(simulator, "refuse_connections?how=503&seconds=1000");
        CHECK_THROWS(WebsocketClient(simulator.websocket_url()));
    }
    SECTION("by silence") {
        control(simulator, "refuse_connections?how=hang");
        RawSocket socket(simulator.websocket_url());
        socket.send(
            "GET /stocks HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        CHECK(socket.is_silent());
    }
    CHECK(get(simulator.rest_url() + "/v1/marketstatus/now").status == 200);
    control(simulator, "clear");
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.AAPL");
}

TEST_CASE("garbage of all kinds") {
    Joined joined;
    const auto sent = [&](const std::string& kind) {
        control(joined.simulator, "garbage?kind=" + kind);
        return joined.client.text();
    };
    CHECK_THROWS(Json::parse(sent("text")));
    CHECK_THROWS(Json::parse(sent("truncated")));
    CHECK(Json::parse(sent("object")).is_object());
    CHECK(Json::parse(sent("number")).is_number());
    CHECK(sent("nested").size() == 10'000);
    CHECK(Json::parse(sent("unknown_event"))[0]["ev"] == "ZZ");
    CHECK(Json::parse(sent("bad_fields"))[0]["v"] == "many");
    CHECK_FALSE(sent("binary").empty());

    control(joined.simulator, "garbage?count=3");
    for (int i = 0; i < 3; ++i) {
        CHECK_THROWS(joined.client.read());
    }
    SECTION("a text that is no UTF-8") {
        control(joined.simulator, "garbage?kind=invalid_utf8");
        CHECK_THROWS(joined.client.text());
    }
    SECTION("a frame of no kind") {
        control(joined.simulator, "garbage?kind=reserved_opcode");
        CHECK_THROWS(joined.client.text());
    }
}

TEST_CASE("frames in fragments are the same messages") {
    Joined joined;
    control(joined.simulator, "fragment?bytes=7&pings=true");
    control(joined.simulator, "step");
    CHECK(joined.client.read().size() == 2);
    CHECK(joined.client.controls().size() > 20);
    // All clients means later ones as well.
    WebsocketClient later(joined.simulator.websocket_url());
    later.join("AM.*");
    CHECK(later.controls().size() > 5);
    control(joined.simulator, "clear");
    const std::size_t before = later.controls().size();
    control(joined.simulator, "step");
    CHECK(later.read().size() == 2);
    CHECK(later.controls().size() == before);
}

TEST_CASE("events twice") {
    Joined joined;
    control(joined.simulator, "duplicate?percent=100");
    control(joined.simulator, "step");
    const Json events = joined.client.read();
    REQUIRE(events.size() == 4);
    CHECK(events[0] == events[2]);
    CHECK(events[1] == events[3]);
}

TEST_CASE("events out of order") {
    Joined joined;
    control(joined.simulator, "step");
    control(joined.simulator, "reorder?percent=100");
    control(joined.simulator, "step");
    control(joined.simulator, "reorder?percent=0");
    control(joined.simulator, "step");
    const auto events = joined.client.events(6);
    const auto start = [&](std::size_t i) {
        return (events[i]["s"].get<std::int64_t>() - 1'772'461'800'000) / 60'000;
    };
    CHECK(start(0) == 0);
    CHECK(start(2) == 2);
    CHECK(start(4) == 1);
}

TEST_CASE("an eviction without a limit, and a frame of one's own") {
    Joined joined;
    control(joined.simulator, R"(send?text=[{"ev":"AM","sym":"X"}])");
    CHECK(joined.client.text() == R"([{"ev":"AM","sym":"X"}])");
    control(joined.simulator, "evict?client=1");
    CHECK(joined.client.read()[0]["status"] == "max_connections");
    CHECK(joined.client.end().code == 1008);
}

TEST_CASE("faults come at their minutes by option") {
    Joined joined("&faults=duplicate@2;percent=100,drop@4;client=1;code=1011;minutes=3");
    control(joined.simulator, "step?minutes=4");
    CHECK(joined.client.events_until_end().size() == 2 + 2 + 4 + 4);
    CHECK(joined.rest_count() == 7);

    using Catch::Contains;
    const auto start = [](const std::string& faults) {
        return Simulator(options("faults=" + faults)).websocket_url();
    };
    CHECK_THROWS_WITH(start("drop"), Contains("'drop'") && Contains("lacks the minute"));
    CHECK_THROWS_WITH(start("fall@3"), Contains("no command 'fall'"));
    CHECK_THROWS_WITH(start("drop@3;clients=1"), Contains("no parameter 'clients'"));
    CHECK_THROWS_WITH(start("drop@3;code=much"), Contains("'code' is 'much'"));
}

TEST_CASE("a client that stalls holds nobody else up") {
    Simulator simulator(options("symbols=AAPL&speed=0&minutes=2000&start_when_clients=2"));
    WebsocketClient stalled(simulator.websocket_url());
    stalled.join("AM.*");
    control(simulator, "stall?client=1");
    WebsocketClient reader(simulator.websocket_url());
    reader.join("AM.*");
    CHECK(reader.events(2000).size() == 2000);
}

TEST_CASE("without a reader the market does not run away") {
    Simulator simulator(options("symbols=AAPL&speed=0&minutes=3000&faults=stall@1000;seconds=0.1"));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.*");
    CHECK(client.events(3000).size() == 3000);
}

TEST_CASE("the market may wait for who was dropped") {
    Simulator simulator(
        options("symbols=AAPL&speed=0&minutes=5000&pause_on_drop=true&faults=drop@1000;code=1001"));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.*");
    const std::size_t first = client.events_until_end().size();
    CHECK(first == 1000);
    CHECK(control(simulator, "status")["state"] == "paused");
    WebsocketClient again(simulator.websocket_url());
    again.join("AM.*");
    CHECK(again.events(4000).size() == 4000);
}

TEST_CASE("the control endpoint speaks HTTP and JSON") {
    Joined joined;
    const std::string url = joined.simulator.control_url();
    CHECK(http("GET", url + "/status").json()["clients"].size() == 1);
    CHECK(http("POST", url + "/step?minutes=2").json()["ok"] == true);
    CHECK(http("GET", url + "/status").json()["minutes_played"] == 2);
    const auto refused = [&](const std::string& method, const std::string& request) {
        const HttpReply reply = http(method, url + request);
        CHECK(reply.status == 400);
        CHECK(reply.json()["ok"] == false);
        return reply.json()["error"].get<std::string>();
    };
    using Catch::Contains;
    CHECK_THAT(refused("GET", "/step"), Contains("POST"));
    CHECK_THAT(refused("POST", "/dropp"), Contains("no command 'dropp'") && Contains("drop,"));
    CHECK_THAT(refused("POST", "/drop?cleint=1"), Contains("'cleint'") && Contains("client,"));
    CHECK_THAT(refused("POST", "/slow?bytes_per_second=fast"), Contains("'fast'"));
    CHECK_THAT(refused("POST", "/slow?bytes_per_second=1.5"), Contains("whole number"));
    CHECK_THAT(refused("POST", "/drop?reset=perhaps"), Contains("true or false"));
    CHECK_THAT(refused("POST", "/garbage?kind=nice"), Contains("'nice'"));
    CHECK_THAT(refused("POST", ""), Contains("status"));
    CHECK_THROWS_WITH(joined.simulator.control("fall"), Contains("'fall'"));
}

TEST_CASE("a client that breaks the protocol is told so") {
    Simulator simulator(options(market));
    RawSocket socket(simulator.websocket_url());
    socket.upgrade();
    SECTION("by a frame without a mask") {
        socket.send("\x81\x02{}");
        CHECK_THAT(socket.read_all(), Catch::Contains("\x03\xea"));  // 1002
    }
    SECTION("by a continuation of nothing") {
        socket.send(std::string("\x80\x80\0\0\0\0", 6));
        CHECK_THAT(socket.read_all(), Catch::Contains("\x03\xea"));
    }
    SECTION("by a message beyond all bounds") {
        socket.send(std::string("\x81\xff\0\0\0\x01\0\0\0\0\0\0\0\0", 14));
        CHECK_THAT(socket.read_all(), Catch::Contains("\x03\xf1"));  // 1009
    }
    SECTION("but not by fragments") {
        const std::string text = R"({"action":"auth","params":"K"})";
        std::string frames("\x01\x83\0\0\0\0", 6);
        frames += text.substr(0, 3);
        frames += std::string("\x80", 1) + static_cast<char>(0x80 + text.size() - 3) +
                  std::string(4, '\0') + text.substr(3);
        socket.send(frames);
        CHECK_NOTHROW(socket.read_until("auth_success"));
    }
}

TEST_CASE("HTTP that is none is refused, several requests may share a connection") {
    Simulator simulator(options(market));
    RawSocket socket(simulator.rest_url());
    SECTION("nonsense") {
        socket.send("NONSENSE\r\n\r\n");
        CHECK_THAT(socket.read_all(), Catch::StartsWith("HTTP/1.1 400"));
    }
    SECTION("two at once") {
        const std::string request =
            "GET /v1/marketstatus/upcoming?apiKey=K HTTP/1.1\r\nHost: h\r\n";
        socket.send(request + "\r\n" + request + "Connection: close\r\n\r\n");
        const std::string replies = socket.read_all();
        CHECK(replies.find("HTTP/1.1 200") != replies.rfind("HTTP/1.1 200"));
    }
}

}  // namespace tsflow::massive_sim::testing
