#include <catch2/catch.hpp>

#include <map>
#include <string>

#include "market/bar.hpp"
#include "massive_rest.hpp"
#include "sim/simulator.hpp"
#include "tsflow/error.hpp"
#include "tsflow/record.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using market::Bar;
using massive_rest::MassiveRest;

namespace {

/// Two tickers, an hour on either side of a month's end; REST serves all of it.
massive_sim::SimulatorOptions market_options() {
    return massive_sim::SimulatorOptions::parse(
        "symbols=AAPL,BRK.B&start=2024-03-31T23:00:00Z&minutes=120&rest_serves=all&api_keys=good");
}

std::string table(const massive_sim::Simulator& service, const std::string& more = "") {
    return "url = '" + service.rest_url() +
           "'\napi_key = 'good'\nsymbols = ['BRK.B', 'AAPL']\nfrom = 2024-03-31\nto = "
           "2024-04-01\n" +
           more;
}

std::unique_ptr<MassiveRest> source(const massive_sim::Simulator& service,
                                    const std::string& more = "") {
    return testing::make<MassiveRest>(table(service, more));
}

}  // namespace

TEST_CASE("All bars of all tickers come, month by month") {
    massive_sim::Simulator service(market_options());
    const Batch rows = testing::drain(*source(service));
    REQUIRE(rows.rows() == 240);
    const Timestamp april = *parse_timestamp("2024-04-01");
    std::map<std::string, int> counts;
    bool april_began = false;
    for (const Bar& bar : tsflow::rows<Bar>(rows)) {
        ++counts[std::string(bar.symbol.text())];
        april_began = april_began || bar.timestamp >= april;
        CHECK((bar.timestamp >= april) == april_began);
        CHECK(bar.low <= bar.open);
        CHECK(bar.high >= bar.close);
    }
    CHECK(counts == std::map<std::string, int>{{"AAPL", 120}, {"BRK.B", 120}});
}

TEST_CASE("A source that is resumed gives the rows that are left, wherever it stopped") {
    massive_sim::Simulator service(market_options());
    testing::TestContext context;
    auto whole = source(service);
    whole->open(context);
    testing::CollectingEmitter first;
    whole->poll(first, Millis{20});
    whole->poll(first, Millis{20});
    StateWriter position;
    whole->position(position);
    CHECK(first.rows() == 120);  // March of both
    testing::CollectingEmitter rest;
    while (whole->poll(rest, Millis{20}) != Poll::done) {
    }
    whole->close();

    auto again = source(service);
    again->open(context);
    StateReader reader(position.bytes());
    again->resume(reader);
    testing::CollectingEmitter resumed;
    while (again->poll(resumed, Millis{20}) != Poll::done) {
    }
    again->close();
    CHECK(testing::to_text(resumed.all(market::bar_schema())) ==
          testing::to_text(rest.all(market::bar_schema())));
    REQUIRE(resumed.watermarks.size() == 1);
    CHECK(format_timestamp(resumed.watermarks[0]) == "2024-04-02T00:00:00Z");
}

TEST_CASE("A service that is busy is asked again") {
    massive_sim::Simulator service(market_options());
    service.control("rest_error?status=429&count=2&retry_after=3");
    CHECK(testing::drain(*source(service)).rows() == 240);

    service.control("rest_error?status=503&count=1");
    testing::TestContext context;
    testing::CollectingEmitter out;
    auto asking = source(service);
    asking->open(context);
    CHECK_THROWS_AS(asking->poll(out, Millis{20}), RetryableError);
    CHECK(asking->poll(out, Millis{20}) == Poll::more);
    CHECK(out.rows() == 60);
    asking->close();
}

TEST_CASE("A limit of requests is kept by the context's clock") {
    massive_sim::Simulator service(market_options());
    testing::TestContext context;
    auto paced = source(service, "requests_per_minute = 4");
    paced->open(context);
    testing::CollectingEmitter out;
    const Timestamp start = context.clock().now();
    while (paced->poll(out, Millis{20}) != Poll::done) {
    }
    paced->close();
    CHECK(out.rows() == 240);
    CHECK(context.clock().now() - start >= std::chrono::seconds{3 * 15});
}

TEST_CASE("A key that is refused fails the source with a clear error, without the key") {
    massive_sim::Simulator service(market_options());
    const auto refused = testing::make<MassiveRest>(
        "url = '" + service.rest_url() +
        "'\napi_key = 'planted'\nsymbols = ['AAPL']\nfrom = 2024-03-31\nto = 2024-04-01");
    try {
        testing::drain(*refused);
        FAIL("it must throw");
    } catch (const Error& error) {
        const std::string text = error.what();
        CHECK(text.find("401") != std::string::npos);
        CHECK(text.find("planted") == std::string::npos);
    }
    testing::TestContext context;
    CHECK_THROWS(refused->probe(context));
    CHECK_NOTHROW(source(service)->probe(context));
}

TEST_CASE("A universe is resolved, and an unknown one refuses the start") {
    massive_sim::Simulator service(market_options());
    const std::string head = "url = '" + service.rest_url() +
                             "'\napi_key = 'good'\nfrom = 2024-03-31\nto = 2024-03-31\nuniverse = ";
    testing::TestContext context;
    const auto unknown = testing::make<MassiveRest>(head + "'no_such'");
    CHECK_THROWS_WITH(unknown->open(context), Catch::Contains("'no_such' has no tickers"));
    const auto known = testing::make<MassiveRest>(head + "'dow30'");
    CHECK_NOTHROW(known->open(context));
    CHECK(known->progress()->total == 30);
    known->close();
}

TEST_CASE("Options say what is wrong with them") {
    const auto refused = [](const std::string& toml, const std::string& part) {
        for (const std::string& message : testing::errors<MassiveRest>(toml)) {
            if (message.find(part) != std::string::npos) {
                return true;
            }
        }
        return false;
    };
    const std::string dates = "from = 2024-01-02\nto = 2024-01-03\n";
    CHECK(testing::errors<MassiveRest>("api_key = 'k'\n" + dates).empty());
    CHECK(testing::warnings<MassiveRest>("api_key = 'k'\n" + dates).size() == 1);
    CHECK(refused("api_key = 'k'\nsymbols = ['A']\nfrom = 2024-01-02\nto = 2024-01-01",
                  "2024-01-01 is before `from`, 2024-01-02"));
    CHECK(refused("api_key = 'k'\nsymbols = ['A']\nurl = 'api.massive.com'\n" + dates,
                  "must begin with https:// or http://"));
    CHECK(refused("symbols = ['A']\n" + dates, "api_key"));
    CHECK(refused("api_key = 'k'\nsymbols = ['A']\nspan = 'week'\n" + dates, "week"));
    CHECK(refused("api_key = 'k'\nsymbols = ['A']\nreference = 'x:y'\n" + dates, "x:y"));
}

TEST_CASE("massive_rest keeps what sources promise") {
    massive_sim::Simulator service(market_options());
    testing::Sample sample;
    sample.toml = table(service);
    const auto broken = testing::conformance<MassiveRest>(sample);
    for (const std::string& sentence : broken) {
        UNSCOPED_INFO(sentence);
    }
    CHECK(broken.empty());
}
