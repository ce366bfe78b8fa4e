#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "api/push.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::http;
using nlohmann::json;

namespace {

Batch bars(const std::string& rows) {
    return testing::table("symbol:symbol/key time:timestamp/key/event_time close:float64\n" + rows);
}

struct Fixture {
    Tables tables{
        {{"bars", bars("A 2025-11-03T14:30:00Z 1").schema()}, {"log", testing::schema("n:int64")}},
        {}};
    Push push{tables, "e1"};

    void write(const std::string& rows) { tables.apply(0, bars(rows)); }
    static json read(Subscriber& subscriber) {
        const Message message = subscriber.next();
        return message ? json::parse(*message) : json();
    }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a subscription begins with a snapshot, and goes on with what changes") {
    write("A 2025-11-03T14:30:00Z 1\nB 2025-11-03T14:30:00Z 2\nA 2025-11-03T14:31:00Z 3");
    Subscriber client(push);
    client.take("subscribe?table=bars");
    json message = read(client);
    CHECK(message["type"] == "snapshot");
    CHECK(message["epoch"] == "e1");
    CHECK(message["sequence"] == 3);
    CHECK(message["columns"] == json({"symbol", "time", "close"}));
    CHECK(message["rows"] ==
          json({{"B", "2025-11-03T14:30:00Z", 2}, {"A", "2025-11-03T14:31:00Z", 3}}));
    CHECK(client.next() == nullptr);

    write("B 2025-11-03T14:30:00Z 4");
    message = read(client);
    CHECK(message["type"] == "changes");
    CHECK(message["from"] == 3);
    CHECK(message["sequence"] == 4);
    CHECK(message["rows"] == json::array({{"B", "2025-11-03T14:30:00Z", 4}}));
    CHECK(client.next() == nullptr);
}

TEST_CASE_METHOD(Fixture, "a client that reads seldom gets the newest of each row, once") {
    write("A 2025-11-03T14:30:00Z 1");
    Subscriber client(push);
    client.take("subscribe?table=bars");
    read(client);
    for (int close = 2; close <= 1000; ++close) {
        write("A 2025-11-03T14:30:00Z " + std::to_string(close));
    }
    const json message = read(client);
    CHECK(message["rows"] == json::array({{"A", "2025-11-03T14:30:00Z", 1000}}));
    CHECK(message["sequence"] == 1000);
    CHECK(client.next() == nullptr);
}

TEST_CASE_METHOD(Fixture, "only the symbols that were asked for are sent") {
    write("A 2025-11-03T14:30:00Z 1\nB 2025-11-03T14:30:00Z 2\nC 2025-11-03T14:30:00Z 3");
    Subscriber client(push);
    client.take("subscribe?table=bars&symbols=C,A&per_key=5");
    CHECK(read(client)["rows"] ==
          json({{"A", "2025-11-03T14:30:00Z", 1}, {"C", "2025-11-03T14:30:00Z", 3}}));
    write("B 2025-11-03T14:31:00Z 2");
    CHECK(client.next() == nullptr);
    write("A 2025-11-03T14:31:00Z 5");
    CHECK(read(client)["rows"] == json::array({{"A", "2025-11-03T14:31:00Z", 5}}));
}

TEST_CASE_METHOD(Fixture, "after a reconnect a client goes on where it was") {
    write("A 2025-11-03T14:30:00Z 1");
    write("B 2025-11-03T14:30:00Z 2");
    Subscriber resumed(push);
    resumed.take("subscribe?table=bars&since=1&epoch=e1");
    const json message = read(resumed);
    CHECK(message["type"] == "changes");
    CHECK(message["rows"] == json::array({{"B", "2025-11-03T14:30:00Z", 2}}));

    Subscriber of_an_earlier_run(push);
    of_an_earlier_run.take("subscribe?table=bars&since=1&epoch=e0");
    CHECK(read(of_an_earlier_run)["type"] == "snapshot");
    Subscriber ahead(push);
    ahead.take("subscribe?table=bars&since=99&epoch=e1");
    CHECK(read(ahead)["type"] == "snapshot");
}

TEST_CASE_METHOD(Fixture, "clients that need the same message share it") {
    write("A 2025-11-03T14:30:00Z 1");
    Subscriber one(push);
    Subscriber two(push);
    one.take("subscribe?table=bars");
    two.take("subscribe?table=bars");
    CHECK(one.next() == two.next());
    write("A 2025-11-03T14:31:00Z 2");
    CHECK(one.next() == two.next());
}

TEST_CASE_METHOD(Fixture, "tables take turns, and what is no longer wanted is not sent") {
    Subscriber client(push);
    client.take("subscribe?table=bars");
    client.take("subscribe?table=log");
    std::string seen = read(client)["table"];
    seen += read(client)["table"].get<std::string>();
    CHECK((seen == "barslog" || seen == "logbars"));
    client.take("unsubscribe?table=bars");
    write("A 2025-11-03T14:30:00Z 1");
    CHECK(client.next() == nullptr);
}

TEST_CASE_METHOD(Fixture, "a wrong message is answered with what is wrong") {
    Subscriber client(push);
    const auto told = [&](const char* message) {
        client.take(message);
        const json answer = read(client);
        CHECK(answer["type"] == "error");
        return answer["parameter"].get<std::string>();
    };
    CHECK(told("subscribe?table=bers") == "table");
    CHECK(told("subscribe?table=log&symbols=A") == "symbols");
    CHECK(told("subscribe?table=bars&per_key=x") == "per_key");
    CHECK(told("subscribe?tabel=bars") == "tabel");
    CHECK(told("hello").empty());
    for (int i = 0; i < 1000; ++i) {
        client.take("hello");
    }
    int answers = 0;
    while (client.next() != nullptr) {
        ++answers;
    }
    CHECK(answers < 100);
}

TEST_CASE_METHOD(Fixture, "of heartbeats that wait only the latest is sent") {
    Subscriber client(push);
    client.beat(std::make_shared<const std::string>("1"));
    client.beat(std::make_shared<const std::string>("2"));
    CHECK(*client.next() == "2");
    CHECK(client.next() == nullptr);
}
