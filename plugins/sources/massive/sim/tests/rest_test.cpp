// The REST service.
#include <catch2/catch.hpp>

#include "websocket_client.hpp"

namespace tsflow::massive_sim::testing {

namespace {

constexpr std::int64_t start_ms = 1'772'461'800'000;  // 2026-03-02T14:30:00Z
constexpr std::int64_t minute_ms = 60'000;

/// A market of one ticker, ten minutes of which were played.
struct Played {
    explicit Played(const std::string& more = "")
        : simulator(options("symbols=AAPL,BRK.B&start=2026-03-02T14:30:00Z&start_when_clients=9" +
                            more)) {
        control(simulator, "step?minutes=10");
    }
    HttpReply ask(const std::string& path) { return get(simulator.rest_url() + path); }
    Json aggregates(const std::string& range, const std::string& query = "") {
        return ask("/v2/aggs/ticker/AAPL/range/" + range + query).json();
    }
    Simulator simulator;
};

std::vector<std::int64_t> starts(const Json& reply) {
    std::vector<std::int64_t> all;
    for (const Json& bar : reply.value("results", Json::array())) {
        all.push_back((bar["t"].get<std::int64_t>() - start_ms) / minute_ms);
    }
    return all;
}

using Starts = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("aggregates have the documented shape") {
    Played played;
    const Json reply = played.aggregates("1/minute/2026-03-02/2026-03-02");
    CHECK(reply["ticker"] == "AAPL");
    CHECK(reply["status"] == "OK");
    CHECK(reply["adjusted"] == true);
    CHECK(reply["queryCount"] == 10);
    CHECK(reply["resultsCount"] == 10);
    CHECK(reply["request_id"].is_string());
    CHECK(reply.count("next_url") == 0);
    CHECK(starts(reply) == Starts{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    for (const char* field : {"o", "h", "l", "c", "v", "vw", "n"}) {
        CHECK(reply["results"][0][field].is_number());
    }
    CHECK(played.aggregates("1/minute/2026-03-02/2026-03-02", "?adjusted=false")["adjusted"] ==
          false);
}

TEST_CASE("splits are told by date, newest first unless asked otherwise") {
    Played played("&splits=AAPL:2020-08-31:4,BRK.B:2010-01-21:50,AAPL:2014-06-09:7");
    const auto dates = [](const Json& reply) {
        std::vector<std::string> all;
        for (const Json& split : reply["results"]) {
            all.push_back(split["execution_date"].get<std::string>());
        }
        return all;
    };
    using Dates = std::vector<std::string>;
    const std::string path = "/v3/reference/splits";
    CHECK(dates(played.ask(path).json()) == Dates{"2020-08-31", "2014-06-09", "2010-01-21"});
    const std::string range =
        "?order=asc&execution_date.gte=2014-01-01&execution_date.lte=2020-08-31&limit=1";
    const Json first = played.ask(path + range).json();
    CHECK(dates(first) == Dates{"2014-06-09"});
    CHECK(first["results"][0]["split_from"] == 1);
    CHECK(first["results"][0]["split_to"] == 7);
    const std::string next = first["next_url"].get<std::string>();
    const Json last = played.ask(next.substr(next.find(path))).json();
    CHECK(dates(last) == Dates{"2020-08-31"});
    CHECK(last.count("next_url") == 0);
    CHECK(dates(played.ask(path + "?ticker=BRK.B").json()) == Dates{"2010-01-21"});
}

TEST_CASE("only what was played can be had, exactly") {
    Played played;
    CHECK(starts(played.aggregates("1/minute/2026-01-01/2027-01-01")).size() == 10);
    control(played.simulator, "step");
    CHECK(starts(played.aggregates("1/minute/2026-01-01/2027-01-01")).back() == 10);

    Played all("&rest_serves=all&minutes=100");
    CHECK(starts(all.aggregates("1/minute/2026-01-01/2027-01-01")).size() == 100);
}

TEST_CASE("a range is inclusive at both ends") {
    Played played;
    const auto range = [&](std::int64_t from, std::int64_t to) {
        return starts(
            played.aggregates("1/minute/" + std::to_string(from) + "/" + std::to_string(to)));
    };
    CHECK(range(start_ms + 2 * minute_ms, start_ms + 4 * minute_ms) == Starts{2, 3, 4});
    CHECK(range(start_ms + 2 * minute_ms + 1, start_ms + 4 * minute_ms - 1) == Starts{3});
    CHECK(range(0, start_ms - 1).empty());
    CHECK(range(INT64_MIN, INT64_MAX).size() == 10);
    // The New York day, not that of UTC: it ends at 05:00 UTC.
    CHECK(starts(played.aggregates("1/minute/2026-03-01/2026-03-01")).empty());
    CHECK(starts(played.aggregates("1/minute/2026-03-02/" + std::to_string(start_ms))) ==
          Starts{0});
}

TEST_CASE("nothing found is no error, and has no results") {
    Played played;
    const HttpReply reply = played.ask("/v2/aggs/ticker/NONE/range/1/minute/2026-03-02/2026-03-02");
    CHECK(reply.status == 200);
    CHECK(reply.json()["resultsCount"] == 0);
    CHECK(reply.json()["queryCount"] == 0);
    CHECK(reply.json()["status"] == "OK");
    CHECK(reply.json().count("results") == 0);
}

TEST_CASE("long answers come in pages that are followed verbatim") {
    Played played;
    for (const bool ascending : {true, false}) {
        std::string url =
            played.simulator.rest_url() +
            "/v2/aggs/ticker/AAPL/range/1/minute/2026-03-02/2026-03-02?limit=4&sort=" +
            (ascending ? "asc" : "desc") + "&adjusted=false";
        std::vector<Starts> pages;
        while (!url.empty()) {
            const Json reply = get(url).json();
            CHECK(reply["queryCount"].get<std::size_t>() == starts(reply).size());
            CHECK(reply["adjusted"] == false);
            pages.push_back(starts(reply));
            url = reply.value("next_url", "");
            if (!url.empty()) {
                CHECK(url.find("cursor=") != std::string::npos);
                CHECK(url.find("apiKey") == std::string::npos);
                CHECK(url.substr(0, played.simulator.rest_url().size()) ==
                      played.simulator.rest_url());
            }
        }
        CHECK(pages == (ascending ? std::vector<Starts>{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9}}
                                  : std::vector<Starts>{{9, 8, 7, 6}, {5, 4, 3, 2}, {1, 0}}));
    }
}

TEST_CASE("wider windows are sums, aligned to New York's day") {
    Played played;
    const Json minutes = played.aggregates("1/minute/2026-03-02/2026-03-02")["results"];
    const Json reply = played.aggregates("5/minute/2026-03-02/2026-03-02", "?limit=6");
    // The limit counts base bars; the page ends with a whole window.
    CHECK(reply["queryCount"] == 10);
    CHECK(reply["resultsCount"] == 2);
    const Json& five = reply["results"][1];
    CHECK(five["t"] == start_ms + 5 * minute_ms);
    CHECK(five["o"] == minutes[5]["o"]);
    CHECK(five["c"] == minutes[9]["c"]);
    double high = 0;
    double low = 1e9;
    double volume = 0;
    for (std::size_t i = 5; i < 10; ++i) {
        high = std::max(high, minutes[i]["h"].get<double>());
        low = std::min(low, minutes[i]["l"].get<double>());
        volume += minutes[i]["v"].get<double>();
    }
    CHECK(five["h"] == high);
    CHECK(five["l"] == low);
    CHECK(five["v"] == volume);

    const Json day = played.aggregates("1/day/2026-03-02/2026-03-02");
    REQUIRE(day["resultsCount"] == 1);
    CHECK(day["results"][0]["t"] == 1'772'427'600'000);  // 05:00 UTC
    CHECK(day["results"][0]["c"] == minutes[9]["c"]);
    CHECK(played.aggregates("1/hour/2026-03-02/2026-03-02")["results"][0]["t"] ==
          start_ms - 30 * minute_ms);

    const Json seconds = played.aggregates("1/second/" + std::to_string(start_ms) + "/" +
                                           std::to_string(start_ms + minute_ms - 1))["results"];
    CHECK(seconds[0]["o"] == minutes[0]["o"]);
    CHECK(seconds.back()["c"] == minutes[0]["c"]);
}

TEST_CASE("requests that make no sense are refused with a reason") {
    Played played;
    for (const char* path :
         {"0/minute/2026-03-02/2026-03-02", "9999999999/hour/2026-03-02/2026-03-02",
          "x/minute/2026-03-02/2026-03-02", "1/fortnight/2026-03-02/2026-03-02",
          "1/minute/yesterday/2026-03-02", "1/minute/2026-03-02/2026-02-30",
          "1/minute/2026-03-02/2026-03-02?limit=50001", "1/minute/2026-03-02/2026-03-02?limit=0",
          "1/minute/2026-03-02/2026-03-02?cursor=!"}) {
        const HttpReply reply = played.ask(std::string{"/v2/aggs/ticker/AAPL/range/"} + path);
        CAPTURE(path);
        CHECK(reply.status == 400);
        CHECK(reply.json()["status"] == "ERROR");
        CHECK_FALSE(reply.json()["error"].get<std::string>().empty());
    }
    CHECK(played.ask("/v9/nothing").status == 404);
}

TEST_CASE("a key is needed, as a header or in the query") {
    Played played("&api_keys=GOOD");
    const std::string url =
        played.simulator.rest_url() + "/v2/aggs/ticker/AAPL/range/1/minute/2026-03-02/2026-03-02";
    CHECK(http("GET", url, "GOOD").status == 200);
    CHECK(http("GET", url + "?apiKey=GOOD").status == 200);
    const HttpReply wrong = http("GET", url, "BAD");
    CHECK(wrong.status == 401);
    CHECK(wrong.json()["status"] == "ERROR");
    CHECK(wrong.json()["error"] == "Unknown API Key");
    CHECK(http("GET", url).status == 401);
}

TEST_CASE("too many requests a minute") {
    Played played("&rest_per_minute=2");
    const std::string path = "/v1/marketstatus/now";
    CHECK(played.ask(path).status == 200);
    CHECK(played.ask(path).status == 200);
    const HttpReply third = played.ask(path);
    CHECK(third.status == 429);
    CHECK(third.json()["status"] == "ERROR");
    CHECK(http("GET", played.simulator.rest_url() + path, "ANOTHER").status == 200);
}

TEST_CASE("requests fail as the control endpoint wants") {
    Played played;
    const std::string path = "/v2/aggs/ticker/AAPL/range/1/minute/2026-03-02/2026-03-02";
    control(played.simulator, "rest_error?status=429&count=2&retry_after=7");
    for (int i = 0; i < 2; ++i) {
        const HttpReply reply = played.ask(path);
        CHECK(reply.status == 429);
        CHECK(reply.retry_after == "7");
        CHECK(reply.json()["error"].get<std::string>().find("exceeded") != std::string::npos);
    }
    CHECK(played.ask(path).status == 200);

    control(played.simulator, "rest_error?status=429&empty_body=true");
    CHECK(played.ask(path).body.empty());
    control(played.simulator, "rest_error?status=503");
    CHECK(played.ask(path).status == 503);
    control(played.simulator, "rest_error?status=403");
    const HttpReply forbidden = played.ask(path);
    CHECK(forbidden.status == 403);
    CHECK(forbidden.json()["status"] == "NOT_AUTHORIZED");
    control(played.simulator, "rest_error?cut_short=true");
    CHECK_FALSE(played.ask(path).complete);
    control(played.simulator, "rest_error?delay_ms=20");
    CHECK(played.ask(path).json()["resultsCount"] == 10);
    control(played.simulator, "rest_error?status=500&count=1000");
    control(played.simulator, "clear");
    CHECK(played.ask(path).status == 200);
}

TEST_CASE("reference data, a little") {
    Played played;
    const Json first = played.ask("/v3/reference/tickers?limit=1").json();
    CHECK(first["count"] == 1);
    CHECK(first["results"][0]["ticker"] == "AAPL");
    CHECK(first["results"][0]["market"] == "stocks");
    const Json second = get(first["next_url"]).json();
    CHECK(second["results"][0]["ticker"] == "BRK.B");
    CHECK(second.count("next_url") == 0);
    CHECK(played.ask("/v3/reference/tickers?ticker=NONE").json()["count"] == 0);

    CHECK(played.ask("/v1/marketstatus/now").json()["market"] == "open");
    CHECK(played.ask("/v1/marketstatus/now").json()["serverTime"] == "2026-03-02T14:40:00Z");
    CHECK(played.ask("/v1/marketstatus/upcoming").json() == Json::array());
}

}  // namespace tsflow::massive_sim::testing
