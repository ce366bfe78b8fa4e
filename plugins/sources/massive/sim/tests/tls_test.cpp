// The same under TLS.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "folder.hpp"
#include "websocket_client.hpp"

namespace tsflow::massive_sim::testing {

namespace {

/// A certificate for 127.0.0.1 that is its own authority.
void make_certificate(const Folder& folder) {
    const std::string command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 "
        "-nodes -days 2 -subj /CN=massive-sim -addext "
        "subjectAltName=IP:127.0.0.1 -keyout '" +
        folder / "key.pem" + "' -out '" + folder / "cert.pem" + "' 2>/dev/null";
    REQUIRE(std::system(command.c_str()) == 0);
}

}  // namespace

TEST_CASE("websocket, REST and control speak TLS with a certificate") {
    const Folder folder;
    make_certificate(folder);
    Simulator simulator(options("symbols=AAPL&start_when_clients=9&cert=" + folder / "cert.pem" +
                                "&key=" + folder / "key.pem"));
    CHECK(simulator.websocket_url().substr(0, 6) == "wss://");
    CHECK(simulator.rest_url().substr(0, 8) == "https://");
    const std::string authority = folder / "cert.pem";

    WebsocketClient client(simulator.websocket_url(), authority);
    client.join("AM.*");
    CHECK(http("POST", simulator.control_url() + "/step?minutes=300", "", authority).status == 200);
    CHECK(client.events(300).size() == 300);
    const Json reply = http("GET",
                            simulator.rest_url() +
                                "/v2/aggs/ticker/AAPL/range/1/minute/2020-01-01/2100-01-01?limit=2",
                            "KEY", authority)
                           .json();
    CHECK(reply["next_url"].get<std::string>().substr(0, 8) == "https://");
    control(simulator, "drop?code=1001");
    const End end = client.end();
    CHECK(end.code == 1001);
    CHECK(end.is_orderly);

    // A client of another authority, and one without TLS.
    const Folder other;
    make_certificate(other);
    CHECK_THROWS(WebsocketClient(simulator.websocket_url(), other / "cert.pem"));
    CHECK_THROWS(WebsocketClient("ws" + simulator.websocket_url().substr(3)));
    WebsocketClient again(simulator.websocket_url(), authority);
    again.join("AM.*");
}

TEST_CASE("certificates that cannot be used are named") {
    const Folder folder;
    make_certificate(folder);
    folder.write("nonsense.pem", "nonsense");
    using Catch::Contains;
    CHECK_THROWS_WITH(Simulator(options("cert=" + folder / "none.pem" + "&key=x")),
                      Contains("none.pem"));
    CHECK_THROWS_WITH(
        Simulator(options("cert=" + folder / "cert.pem" + "&key=" + folder / "nonsense.pem")),
        Contains("nonsense.pem"));
    CHECK_THROWS_WITH(options("cert=a.pem"), Contains("'key'"));
}

}  // namespace tsflow::massive_sim::testing
