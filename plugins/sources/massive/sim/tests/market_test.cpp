// What is played: flat files and the synthetic market, late bars and corrections.
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <tuple>

#include "folder.hpp"
#include "websocket_client.hpp"

namespace tsflow::massive_sim::testing {

namespace {

// 2026-03-02 14:29 and 14:30 UTC are 09:29 and 09:30 in New York.
constexpr std::int64_t first_ms = 1'772'461'740'000;
constexpr std::int64_t minute_ms = 60'000;
constexpr auto first_ns = "1772461740000000000";
constexpr auto second_ns = "1772461800000000000";
constexpr auto later_ns = "1772462100000000000";

constexpr auto header = "ticker,volume,open,close,high,low,window_start,transactions\n";

std::string three_minutes() {
    std::string text = header;
    text += std::string{"AAPL,100,200.5,200.25,201,200,"} + first_ns + ",7\n";
    text += std::string{"AAPL,50.5,200.25,200.75,200.75,200.25,"} + second_ns + ",\n";
    text += std::string{"AAPL,25,200.75,200.5,200.75,200.5,"} + later_ns + ",2\n";
    text += std::string{"MSFT,10,55.3,55.485,55.5,55.3,"} + second_ns + ",1\n";
    return text;
}

std::string play_all(const Folder& folder, const std::string& more = "") {
    return "data=" + folder.path().string() + "&speed=0" + more;
}

using Key = std::pair<std::string, std::int64_t>;
/// The last version of each bar that a client saw.
std::map<Key, Json> latest(const std::vector<Json>& events) {
    std::map<Key, Json> bars;
    for (const Json& event : events) {
        bars[{event["sym"], event["s"]}] = event;
    }
    return bars;
}

/// All minutes of a ticker that REST has.
std::map<std::int64_t, Json> rest_bars(const Simulator& simulator, const std::string& ticker) {
    const Json reply = get(simulator.rest_url() + "/v2/aggs/ticker/" + ticker +
                           "/range/1/minute/1000000000000/2000000000000?limit=50000")
                           .json();
    std::map<std::int64_t, Json> bars;
    for (const Json& bar : reply.value("results", Json::array())) {
        bars[bar["t"]] = bar;
    }
    return bars;
}

bool same_numbers(const Json& streamed, const Json& served) {
    const double volume = std::stod(streamed["dv"].get<std::string>());
    return std::tuple(streamed["o"], streamed["h"], streamed["l"], streamed["c"], volume) ==
           std::tuple(served["o"], served["h"], served["l"], served["c"],
                      served["v"].get<double>());
}

}  // namespace

TEST_CASE("a flat file is played as it is, minute by minute") {
    const Folder folder;
    folder.write("2026-03-02.csv", three_minutes());
    Simulator simulator(options(play_all(folder)));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.*");

    CHECK(client.read() == Json::parse(R"([{"ev":"AM","sym":"AAPL","v":100,"dv":"100.0","av":100,
        "dav":"100.0","op":200.5,"vw":200.4167,"o":200.5,"c":200.25,"h":201,"l":200,"a":200.4167,
        "z":14,"s":1772461740000,"e":1772461800000}])"));
    // The official open is that of 09:30; the average is (100 * 200.4167 + 50.5 * 200.5833) / 150.5.
    CHECK(client.read() == Json::parse(R"([{"ev":"AM","sym":"AAPL","v":50,"dv":"50.500000",
        "av":150,"dav":"150.500000","op":200.25,"vw":200.5833,"o":200.25,"c":200.75,"h":200.75,
        "l":200.25,"a":200.4726,"s":1772461800000,"e":1772461860000},
        {"ev":"AM","sym":"MSFT","v":10,"dv":"10.0","av":10,"dav":"10.0","op":55.3,"vw":55.4283,
        "o":55.3,"c":55.485,"h":55.5,"l":55.3,"a":55.4283,"z":10,"s":1772461800000,
        "e":1772461860000}])"));
    const Json last = client.read();
    CHECK(last[0]["s"] == first_ms + 6 * minute_ms);
    CHECK(last[0]["av"] == 175);
    const Json state = control(simulator, "status");
    CHECK(state["done"] == true);
    CHECK(state["state"] == "done");
    CHECK(state["minutes_played"] == 3);
    CHECK(state["now"] == "2026-03-02T14:36:00Z");
    CHECK(state["clients"][0]["events_sent"] == 4);
}

TEST_CASE("a part of the files is played") {
    const Folder folder;
    folder.write("minute_aggs_v1/2026/03/2026-03-02.csv", three_minutes());
    folder.write("minute_aggs_v1/2026/03/2026-03-03.csv",
                 std::string{header} + "AAPL,1,2,2,2,2,1772548200000000000,1\n");
    folder.write("day_aggs_v1/2026/03/2026-03-02.csv", "this is not read");
    const auto played = [&](const std::string& more) {
        Simulator simulator(options(play_all(folder, more)));
        WebsocketClient client(simulator.websocket_url());
        client.join("AM.*");
        while (control(simulator, "status")["done"] != true) {
        }
        control(simulator, "drop?code=1000");
        return client.events_until_end();
    };
    CHECK(played("").size() == 5);
    CHECK(played("&symbols=MSFT").size() == 1);
    CHECK(played("&from=2026-03-03").size() == 1);
    CHECK(played("&to=2026-03-02&symbols=AAPL").size() == 3);
    CHECK(played("&start=2026-03-02T14:35:00Z").size() == 2);
    CHECK(played("&minutes=2").size() == 3);
}

TEST_CASE("data that cannot be played is refused by name") {
    const Folder folder;
    CHECK_THROWS_WITH(Simulator(options(play_all(folder))),
                      Catch::Contains(folder.path().string()));
    folder.write("2026-03-02.csv", three_minutes());
    CHECK_THROWS_WITH(Simulator(options(play_all(folder, "&symbols=NONE"))),
                      Catch::Contains("nothing to play"));
    folder.write("2026-03-03.csv",
                 std::string{header} + "AAPL,many,2,2,2,2,1772548200000000000,1\n");
    CHECK_THROWS_WITH(Simulator(options(play_all(folder))), Catch::Contains("2026-03-03.csv:2"));
}

TEST_CASE("the real files are played row for row") {
    const auto data = real_data();
    if (data.empty()) {
        WARN("skipped: there is no market data; set TSFLOW_DATA");
        return;
    }
    Simulator simulator(
        options("data=" + data.string() + "&speed=0&from=2016-04-15&to=2016-04-20"));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.MSFT");
    const auto events = client.events(1564);
    const auto streamed = latest(events);
    const auto served = rest_bars(simulator, "MSFT");
    REQUIRE(streamed.size() == 1564);
    REQUIRE(served.size() == 1564);
    for (const auto& [key, event] : streamed) {
        CHECK(same_numbers(event, served.at(key.second)));
    }
    // 2016-04-15 09:30: the file's first row.
    CHECK(events[0]["o"] == 55.3);
    CHECK(events[0]["v"] == 3399547);
    CHECK(events[0]["s"] == 1460727000000);
}

TEST_CASE("a synthetic market is a function of its seed") {
    const auto played = [](const std::string& more) {
        Simulator simulator(
            options("symbols=AAPL,MSFT&start=2026-03-02T14:30:00Z&speed=0&minutes=50" + more));
        WebsocketClient client(simulator.websocket_url());
        client.join("AM.*");
        return client.events(100);
    };
    const auto once = played("");
    CHECK(once == played(""));
    CHECK(once != played("&seed=2"));
    double volume = 0;
    for (std::size_t i = 0; i < once.size(); i += 2) {
        const Json& bar = once[i];
        volume += std::stod(bar["dv"].get<std::string>());
        CHECK(bar["h"] >= std::max(bar["o"].get<double>(), bar["c"].get<double>()));
        CHECK(bar["l"] <= std::min(bar["o"].get<double>(), bar["c"].get<double>()));
        CHECK(bar["l"] > 0);
        CHECK(std::stod(bar["dav"].get<std::string>()) == volume);
        CHECK(bar["e"] == bar["s"].get<std::int64_t>() + minute_ms);
        CHECK(bar["op"] == once[0]["o"]);
        if (i > 0) {
            CHECK(bar["o"] == once[i - 2]["c"]);
        }
    }
}

TEST_CASE("a synthetic market is open to any ticker, or to those named") {
    Simulator open(options("start_when_clients=9"));
    WebsocketClient client(open.websocket_url());
    client.join("AM.ZZZT");
    control(open, "step");
    CHECK(client.read()[0]["sym"] == "ZZZT");
    CHECK(rest_bars(open, "QQQT").size() == 1);
    client.send(subscribe("AM.A\"B"));
    client.read();
    control(open, "step");
    CHECK(client.read().size() == 1);

    Simulator closed(options("symbol_count=30&symbols=AAPL&start_when_clients=9"));
    WebsocketClient other(closed.websocket_url());
    other.join("AM.*");
    control(closed, "step");
    const Json bars = other.read();
    REQUIRE(bars.size() == 31);
    CHECK(bars[0]["sym"] == "AAPL");
    CHECK(bars[30]["sym"] == "AABD");
    CHECK(rest_bars(closed, "QQQT").empty());
}

TEST_CASE("trading keeps to its session") {
    // Friday 2026-03-06 15:59 in New York is 20:59 UTC; on Monday it is summer time.
    Simulator simulator(
        options("symbols=AAPL&session=regular&start=2026-03-06T20:59:00Z&start_when_clients=9"));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.*");
    control(simulator, "step?minutes=2");
    CHECK(client.read()[0]["s"] == 1772830740000);
    const Json monday = client.read();
    CHECK(monday[0]["s"] == 1773063000000);  // 2026-03-09T13:30:00Z
    CHECK(monday[0]["av"] == monday[0]["v"]);
}

TEST_CASE("minutes may be missing") {
    Simulator simulator(options("symbols=AAPL&missing_percent=50&start_when_clients=9"));
    control(simulator, "step?minutes=200");
    const std::size_t bars = rest_bars(simulator, "AAPL").size();
    CHECK(bars > 60);
    CHECK(bars < 140);
}

TEST_CASE("history comes before the start, and counts for the day") {
    Simulator simulator(
        options("symbols=AAPL&start=2026-03-02T14:30:00Z&history_minutes=30&start_when_clients=9"));
    const auto before = rest_bars(simulator, "AAPL");
    CHECK(before.size() == 30);
    double volume = 0;
    for (const auto& [start, bar] : before) {
        volume += bar["v"].get<double>();
    }
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.*");
    control(simulator, "step");
    const Json bar = client.read()[0];
    CHECK(std::stod(bar["dav"].get<std::string>()) ==
          volume + std::stod(bar["dv"].get<std::string>()));
}

TEST_CASE("late bars and corrections: REST and stream agree at each moment") {
    Simulator simulator(
        options("symbol_count=20&late_percent=10&corrections_percent=20&start=2026-03-02T14:30:00Z"
                "&start_when_clients=9"));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.*");
    std::map<Key, Json> held;
    std::size_t seen = 0;
    std::size_t late = 0;
    std::size_t corrected = 0;
    std::int64_t now = 1'772'461'800'000;
    for (int minute = 0; minute < 60; ++minute, now += minute_ms) {
        control(simulator, "step");
        const auto sent = control(simulator, "status")["clients"][0]["events_sent"];
        const auto events = client.events(sent.get<std::size_t>() - seen);
        seen = sent;
        for (const Json& event : events) {
            const Key key{event["sym"], event["s"]};
            const std::int64_t age = (now - key.second) / minute_ms;
            CHECK(age <= 15);
            const auto before = held.find(key);
            late += before == held.end() && age > 0 ? 1 : 0;
            if (before != held.end()) {
                ++corrected;
                CHECK(event["dv"] != before->second["dv"]);
            }
            held[key] = event;
        }
        if (minute % 10 == 9) {
            for (const char* ticker : {"AAAA", "AAAB", "AAAT"}) {
                const auto served = rest_bars(simulator, ticker);
                std::size_t count = 0;
                for (const auto& [key, event] : held) {
                    if (key.first == ticker) {
                        ++count;
                        REQUIRE(served.count(key.second) == 1);
                        CHECK(same_numbers(event, served.at(key.second)));
                    }
                }
                CHECK(count == served.size());
            }
        }
    }
    CHECK(late > 60);
    CHECK(corrected > 120);
    CHECK(late < 180);
    CHECK(corrected < 300);
}

TEST_CASE("in the end all bars have come, in the versions of an undisturbed market") {
    const std::string market = "symbol_count=5&start=2026-03-02T14:30:00Z&speed=0&minutes=40";
    const auto last_versions = [&](const std::string& more) {
        Simulator simulator(options(market + more));
        WebsocketClient client(simulator.websocket_url());
        client.join("AM.*");
        while (control(simulator, "status")["done"] != true) {
        }
        control(simulator, "drop?code=1000");
        std::map<Key, double> volumes;
        for (const auto& [key, bar] : latest(client.events_until_end())) {
            volumes[key] = std::stod(bar["dv"].get<std::string>());
        }
        return volumes;
    };
    const auto plain = last_versions("");
    CHECK(plain.size() == 200);
    CHECK(last_versions("&late_percent=30&corrections_percent=50") == plain);
}

TEST_CASE("play begins with enough clients or subscriptions") {
    Simulator simulator(
        options("symbols=AAPL&start_when_clients=2&start_when_subscriptions=3&speed=0&minutes=1"));
    const auto state = [&] { return control(simulator, "status")["state"]; };
    WebsocketClient first(simulator.websocket_url());
    first.join("AM.AAPL");
    CHECK(state() == "waiting");
    WebsocketClient second(simulator.websocket_url());
    second.join("AM.AAPL");
    CHECK(state() == "waiting");
    first.send(subscribe("AM.MSFT"));
    first.read();
    CHECK(first.read()[0]["ev"] == "AM");
    CHECK(second.read()[0]["ev"] == "AM");
    CHECK(state() == "done");
}

TEST_CASE("time goes by at the speed that is wanted") {
    Simulator simulator(options("symbols=AAPL&speed=6000&start=2026-03-02T14:30:00Z"));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.*");
    for (int i = 0; i < 20; ++i) {
        CHECK(client.read()[0]["s"] == 1'772'461'800'000 + i * minute_ms);
    }
    control(simulator, "pause");
    CHECK(control(simulator, "status")["state"] == "paused");
    const auto played = control(simulator, "status")["minutes_played"].get<std::int64_t>();
    CHECK(rest_bars(simulator, "AAPL").size() == static_cast<std::size_t>(played));
    control(simulator, "resume");
    CHECK(client.events(static_cast<std::size_t>(played)).size() > 0);
}

}  // namespace tsflow::massive_sim::testing
