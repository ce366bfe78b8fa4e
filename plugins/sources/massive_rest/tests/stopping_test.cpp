#include <catch2/catch.hpp>
#include <chrono>

#include "http_server.hpp"
#include "massive_rest.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::market::massive::testing;
using massive_rest::MassiveRest;

TEST_CASE("A pipeline that is to stop does not wait for an answer") {
    testing::TestContext context;
    const HttpServer service([&context](const Request&) {
        context.stop = true;
        Answer answer;
        answer.stall = true;
        return answer;
    });
    auto source = testing::make<MassiveRest>("url = '" + service.url() +
                                             "'\napi_key = 'good'\nsymbols = ['AAPL']\n"
                                             "from = 2024-03-31\nto = 2024-04-01\n");
    source->open(context);
    testing::CollectingEmitter out;
    const auto start = std::chrono::steady_clock::now();
    CHECK(source->poll(out, Millis{10}) == Poll::idle);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds{25});  // it would be 30
    CHECK(service.requests().size() == 1);
    source->close();
}
