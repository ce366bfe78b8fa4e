#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "client.hpp"
#include "http.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using http::test::Client;
using nlohmann::json;

namespace {

Batch bars(const std::string& rows) {
    return testing::table("symbol:symbol/key timestamp:timestamp/key/event_time close:float64\n" +
                          rows);
}

struct Served {
    explicit Served(const std::string& options = "")
        : sink(testing::make<Http>("listen = '127.0.0.1:0'\npush_interval = '10ms'\n" + options)) {
        sink->bind({{"bars", bars("A 2025-11-03T14:30:00Z 1").schema()}});
        sink->open(context);
    }
    ~Served() { sink->close(); }

    testing::TestContext context;
    std::unique_ptr<Http> sink;
};

}  // namespace

TEST_CASE("what was written is answered at once, over one connection") {
    Served served;
    Client client(served.sink->port());
    CHECK(client.get("/api/tables/bars").find("\"rows\":[]") != std::string::npos);
    served.sink->write(bars("A 2025-11-03T14:30:00Z 1.5"));
    CHECK(client.get("/api/tables/bars").find("\"close\":1.5") != std::string::npos);
    client.send("HEAD /api/tables/bars HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(client.answer(false) == "200 ");
    CHECK(client.get("/api/status").starts_with("200 {\"pipeline\":\"test\""));
    CHECK(client.get("/api/pipeline") == "404 {\"error\":\"nothing is known of the run\"}");
}

TEST_CASE("the address that was bound is logged and written down") {
    Served served;
    const std::string url = "http://127.0.0.1:" + std::to_string(served.sink->port()) + "/";
    CHECK(served.context.logs.front().second == "serving on " + url);
    std::ifstream file(served.context.state_dir() / "address");
    std::string written;
    std::getline(file, written);
    CHECK(written == url);
}

TEST_CASE("the page tells where to get the dashboard when it was not built, and is locked down") {
    Served served("assets = '/nonexistent'");
    Client client(served.sink->port());
    client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const std::string head = client.head();
    CHECK(head.find("Content-Security-Policy: default-src 'none'; script-src 'self'") !=
          std::string::npos);
    CHECK(head.find("X-Content-Type-Options: nosniff") != std::string::npos);
    CHECK(head.find("Access-Control") == std::string::npos);
}

TEST_CASE("only reading is served") {
    Served served;
    for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
        Client client(served.sink->port());
        client.send(std::string{method} + " /api/tables HTTP/1.1\r\nHost: localhost\r\n\r\n");
        CHECK(client.answer().starts_with("405 "));
    }
}

TEST_CASE("requests that are no HTTP, too long or with a body are refused") {
    Served served;
    {
        Client client(served.sink->port());
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20'000, 'x'));
        CHECK(client.answer().starts_with("431 "));
    }
    {
        Client client(served.sink->port());
        client.send("GET /" + std::string(9'000, 'x') + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        CHECK(client.answer().starts_with("431 "));
    }
    {
        Client client(served.sink->port());
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello");
        CHECK(client.answer().starts_with("413 "));
    }
    {
        Client client(served.sink->port());
        client.send("\x16\x03\x01 what\r\n\r\n");
        CHECK(client.answer().starts_with("400 "));
    }
    Client client(served.sink->port());
    CHECK(client.get("/api/status").starts_with("200 "));
}

TEST_CASE("a client that sends its request a byte at a time is dropped") {
    Served served("request_timeout = '200ms'");
    Client client(served.sink->port());
    client.send("GET / HTTP/1.1\r\nHost: ");
    CHECK(client.ended());
    Client silent(served.sink->port());
    CHECK(silent.ended());
}

TEST_CASE("too many requests of one address are refused, and told when to come again") {
    Served served("requests_per_second = 2");
    int refused = 0;
    for (int i = 0; i < 10; ++i) {
        Client client(served.sink->port());
        refused += client.get("/api/status").starts_with("429 ") ? 1 : 0;
    }
    CHECK(refused >= 4);
    CHECK(refused <= 6);
}

TEST_CASE("connections beyond the limit are closed") {
    Served served("clients = 1");
    Client first(served.sink->port());
    CHECK(first.get("/api/status").starts_with("200 "));
    Client second(served.sink->port());
    CHECK(second.ended());
}

TEST_CASE("a websocket gets the tables and what changes in them") {
    Served served;
    served.sink->write(bars("A 2025-11-03T14:30:00Z 1"));
    Client client(served.sink->port());
    client.upgrade();
    client.say("subscribe?table=bars");
    CHECK(client.hear()["rows"] == json::array({{"A", "2025-11-03T14:30:00Z", 1}}));
    served.sink->write(bars("A 2025-11-03T14:30:00Z 2"));
    const json change = client.hear();
    CHECK(change["type"] == "changes");
    CHECK(change["rows"] == json::array({{"A", "2025-11-03T14:30:00Z", 2}}));
    client.say("subscribe?table=nothing");
    CHECK(client.hear()["parameter"] == "table");
}

TEST_CASE("a client that does not read neither slows the writer nor costs memory") {
    Served served;
    Client lazy(served.sink->port());
    lazy.upgrade();
    lazy.say("subscribe?table=bars");
    std::string rows;
    for (int i = 0; i < 500; ++i) {
        rows += "S" + std::to_string(i) + " 2025-11-03T14:30:00Z 1\n";
    }
    const Batch many = bars(rows);
    for (int i = 0; i < 2'000; ++i) {
        served.sink->write(many);  // 1,000,000 rows, some 30 MB of messages
    }
    served.sink->write(bars("LAST 2025-11-03T14:30:00Z 7"));
    // When it reads at last, it gets what was on its way, and then the newest of each row.
    std::size_t heard = 0;
    for (bool last = false; !last;) {
        const json message = lazy.hear();
        for (const json& row : message["rows"]) {
            ++heard;
            last = last || row[0] == "LAST";
        }
    }
    CHECK(heard < 500'000);
}

TEST_CASE("a pipeline that ends takes its connections along") {
    auto served = std::make_unique<Served>();
    Client client(served->sink->port());
    client.upgrade();
    client.say("subscribe?table=bars");
    client.hear();
    served.reset();
    CHECK(client.ended());
}

TEST_CASE("an address that others reach needs a token") {
    CHECK(testing::errors<Http>("listen = '0.0.0.0:8080'").size() == 1);
    CHECK(testing::errors<Http>("listen = '[::]:8080'").size() == 1);
    CHECK(testing::errors<Http>("listen = '0.0.0.0:8080'\ntoken = '0123456789abcdef'").empty());
    CHECK(testing::errors<Http>("token = 'short'").size() == 1);
    CHECK(testing::errors<Http>("listen = '[::1]:0'").empty());
    for (const char* wrong :
         {"8080", "localhost", "example.org:80", "127.0.0.1:99999", "1.2.3:4"}) {
        CHECK(testing::errors<Http>(std::string{"listen = '"} + wrong + "'").size() == 1);
    }
}

TEST_CASE("an address that is taken is named") {
    Served served;
    const auto second =
        testing::make<Http>("listen = '127.0.0.1:" + std::to_string(served.sink->port()) + "'");
    second->bind({{"bars", bars("A 2025-11-03T14:30:00Z 1").schema()}});
    testing::TestContext context;
    CHECK_THROWS_WITH(second->open(context), Catch::Contains("cannot listen on 127.0.0.1:"));
}

TEST_CASE("the http sink keeps the promises of a node") {
    testing::Sample sample;
    sample.toml = "listen = '127.0.0.1:0'";
    sample.batches = {bars("A 2025-11-03T14:30:00Z 1\nB 2025-11-03T14:30:00Z 2"),
                      bars("A 2025-11-03T14:31:00Z 3")};
    CHECK(testing::conformance<Http>(sample).empty());
}
