// What happens within the minutes.
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "websocket_client.hpp"

namespace tsflow::massive_sim::testing {

namespace {

constexpr std::int64_t start_ms = 1'772'461'800'000;  // 2026-03-02T14:30:00Z
constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t ns_per_ms = 1'000'000;

/// All that two tickers' market sends in so many minutes.
std::map<std::string, std::vector<Json>> played(const std::string& pairs, int minutes,
                                                const std::string& more = "") {
    Simulator simulator(
        options("symbols=AAPL,MSFT&start=2026-03-02T14:30:00Z&start_when_clients=9" + more));
    WebsocketClient client(simulator.websocket_url());
    client.read();
    client.send(auth("KEY"));
    client.read();
    client.send(subscribe(pairs));
    control(simulator, "step?minutes=0");
    client.read();
    control(simulator, "step?minutes=" + std::to_string(minutes));
    control(simulator, "drop?code=1000");
    std::map<std::string, std::vector<Json>> all;
    for (Json& event : client.events_until_end()) {
        all[event["ev"]].push_back(std::move(event));
    }
    return all;
}

}  // namespace

TEST_CASE("the seconds of a minute add up to it") {
    auto events = played("AM.*,A.*", 5);
    REQUIRE(events["AM"].size() == 10);
    std::size_t checked = 0;
    for (const Json& minute : events["AM"]) {
        std::vector<Json> seconds;
        for (const Json& second : events["A"]) {
            if (second["sym"] == minute["sym"] && second["s"] >= minute["s"] &&
                second["e"] <= minute["e"]) {
                seconds.push_back(second);
            }
        }
        double high = 0;
        double low = 1e9;
        double volume = 0;
        for (const Json& second : seconds) {
            CHECK(second["e"] == second["s"].get<std::int64_t>() + 1000);
            high = std::max(high, second["h"].get<double>());
            low = std::min(low, second["l"].get<double>());
            volume += std::stod(second["dv"].get<std::string>());
        }
        CHECK(volume == std::stod(minute["dv"].get<std::string>()));
        CHECK(seconds.back()["dav"] == minute["dav"]);
        CHECK(seconds.front()["o"] == minute["o"]);
        CHECK(seconds.back()["c"] == minute["c"]);
        if (minute["v"] >= 4) {
            CHECK(high == minute["h"]);
            CHECK(low == minute["l"]);
            ++checked;
        }
    }
    CHECK(checked == 10);
}

TEST_CASE("trades come at their rate, in order, within the minute's prices") {
    auto events = played("AM.*,T.*", 2, "&trades_per_second=50");
    REQUIRE(events["T"].size() == 2 * 60 * 50);
    std::map<std::string, std::int64_t> last;
    std::set<std::string> ids;
    std::int64_t time = start_ms;
    for (const Json& trade : events["T"]) {
        const std::string symbol = trade["sym"];
        CHECK(trade["t"] >= time);
        time = trade["t"];
        CHECK(trade["q"] > last[symbol]);
        last[symbol] = trade["q"];
        CHECK(ids.insert(symbol + trade["i"].get<std::string>()).second);
        CHECK(trade["s"] > 0);
        CHECK(std::stod(trade["ds"].get<std::string>()) >= trade["s"].get<double>());
        for (const Json& bar : events["AM"]) {
            if (bar["sym"] == symbol && trade["t"] >= bar["s"] && trade["t"] < bar["e"]) {
                CHECK(trade["p"] >= bar["l"]);
                CHECK(trade["p"] <= bar["h"]);
            }
        }
    }
    CHECK(time < start_ms + 2 * minute_ms);
}

TEST_CASE("quotes, limits, imbalances and fair values") {
    auto events = played("Q.AAPL,LULD.AAPL,NOI.AAPL,FMV.AAPL", 2, "&quotes_per_second=10");
    CHECK(events["Q"].size() > 400);
    CHECK(events["Q"].size() < 800);
    for (const Json& quote : events["Q"]) {
        CHECK(quote["sym"] == "AAPL");
        CHECK(quote["bp"] < quote["ap"]);
    }
    REQUIRE(events["LULD"].size() == 2);
    CHECK(events["LULD"][1]["T"] == "AAPL");
    CHECK(events["LULD"][1]["l"] < events["LULD"][1]["h"]);
    CHECK(events["LULD"][1]["t"] == (start_ms + minute_ms) * ns_per_ms);
    REQUIRE(events["NOI"].size() == 2);
    CHECK(events["NOI"][0]["T"] == "AAPL");
    CHECK(events["NOI"][0]["at"] == 930);
    CHECK(events["NOI"][0]["t"] == start_ms * ns_per_ms);
    REQUIRE(events["FMV"].size() == 120);
    CHECK(events["FMV"][0]["sym"] == "AAPL");
    CHECK(events["FMV"][0]["t"] == (start_ms + 1000) * ns_per_ms);
    CHECK(events["AM"].empty());
}

TEST_CASE("who subscribes to minutes is sent minutes only, in frames of the wanted size") {
    Simulator simulator(options("symbol_count=25&events_per_frame=10&start_when_clients=9"));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.*");
    control(simulator, "step");
    CHECK(client.read().size() == 10);
    CHECK(client.read().size() == 10);
    CHECK(client.read().size() == 5);
    CHECK(control(simulator, "status")["clients"][0]["events_sent"] == 25);
}

TEST_CASE("seconds come as they pass, not with their minute") {
    Simulator simulator(options("symbols=AAPL&speed=5&start=2026-03-02T14:30:00Z"));
    WebsocketClient client(simulator.websocket_url());
    client.join("A.AAPL");
    const Json first = client.read()[0];
    CHECK(first["ev"] == "A");
    CHECK(control(simulator, "status")["minutes_played"] == 0);
}

TEST_CASE("a benchmark repeats what the client subscribes to") {
    Simulator simulator(
        options("symbols=AAPL,MSFT&bench_frames=3&events_per_frame=4&bench_events=30"));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.MSFT");
    const auto events = client.events_until_end();
    REQUIRE(events.size() == 36);  // whole rounds of 12
    for (std::size_t i = 0; i < events.size(); ++i) {
        CHECK(events[i]["sym"] == "MSFT");
        CHECK(events[i] == events[i % 12]);
    }
    CHECK(events[0] != events[1]);
}

TEST_CASE("a benchmark without events says so") {
    Simulator simulator(options("symbols=AAPL&bench_frames=3"));
    WebsocketClient client(simulator.websocket_url());
    client.join("AM.NONE");
    CHECK(client.read()[0]["status"] == "error");
    CHECK(client.end().code == 1008);
}

}  // namespace tsflow::massive_sim::testing
