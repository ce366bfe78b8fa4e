#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <future>
#include <string>
#include <thread>

#include "http_server.hpp"
#include "massive/rest_client.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::market::massive;
using namespace tsflow::market::massive::testing;
using namespace std::chrono_literals;

namespace {

const std::string key = "s3cret-key";
constexpr Timestamp nine_thirty{1'460'727'000s};  // 2016-04-15T13:30:00Z

RestClient::Options options_for(const std::string& url) {
    RestClient::Options options;
    options.url = url;
    options.api_key = Secret{key};
    return options;
}

std::string bars_from(Timestamp start, int count, const std::string& next = {}) {
    std::string body = R"({"status":"OK","results":[)";
    for (int i = 0; i < count; ++i) {
        const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(
            (start + i * 1min).time_since_epoch());
        body += std::string{i == 0 ? "" : ","} + R"({"t":)" + std::to_string(time.count()) +
                R"(,"o":1,"h":3,"l":0.5,"c":2,"v":100})";
    }
    return body + "]" + (next.empty() ? "" : R"(,"next_url":")" + next + "\"") + "}";
}

/// What the client throws for a server that answers so.
RestError error_of(const HttpServer::Handler& handler, Duration timeout = 30s) {
    const HttpServer server(handler);
    RestClient::Options options = options_for(server.url());
    options.timeout = timeout;
    RestClient client(options);
    try {
        client.bars("MSFT", Span::minute, nine_thirty, nine_thirty + 1min);
    } catch (const RestError& error) {
        return error;
    }
    FAIL("it threw nothing");
    return {"", 0, false, {}};
}

}  // namespace

TEST_CASE("bars are asked for as the vendor's page says, with the key in a header") {
    const HttpServer server([](const Request&) { return Answer{200, bars_from(nine_thirty, 2)}; });
    RestClient client(options_for(server.url()));
    const BarsPage page = client.bars("BRK.B", Span::minute, nine_thirty, nine_thirty + 2min);
    REQUIRE(page.bars.size() == 2);
    CHECK(page.bars[0].start == nine_thirty);
    CHECK(page.bars[1].start == nine_thirty + 1min);
    CHECK(page.next.empty());
    REQUIRE(server.requests().size() == 1);
    const Request request = server.requests()[0];
    CHECK(request.target ==
          "/v2/aggs/ticker/BRK.B/range/1/minute/1460727000000/1460727119999"
          "?adjusted=false&sort=asc&limit=50000");
    CHECK(request.headers.at("authorization") == "Bearer " + key);
    CHECK(request.headers.at("accept-encoding") == "identity");
    CHECK(request.headers.at("host") == "127.0.0.1:" + std::to_string(server.port()));
}

TEST_CASE("ranges, spans and tickers are written so that the service understands them") {
    const HttpServer server([](const Request&) { return Answer{200, "{}"}; });
    RestClient::Options options = options_for(server.url());
    options.page_limit = 7;
    RestClient client(options);
    client.bars("A B/\xc3\xa9?", Span::day, nine_thirty + 1ns, nine_thirty + 2ms + 1ns);
    client.bars("X", Span::second, Timestamp::min(), Timestamp::max());
    client.bars("X", Span::second, nine_thirty, nine_thirty);  // nothing to ask for
    const auto requests = server.requests();
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].target ==
          "/v2/aggs/ticker/A%20B%2F%C3%A9%3F/range/1/day/1460727000001/1460727000002"
          "?adjusted=false&sort=asc&limit=7");
    CHECK_THAT(requests[1].target,
               Catch::StartsWith("/v2/aggs/ticker/X/range/1/second/0/922337203585"));
}

TEST_CASE("bars before the range, with which the service begins, are left out") {
    const HttpServer server([](const Request&) { return Answer{200, bars_from(nine_thirty, 3)}; });
    RestClient client(options_for(server.url()));
    const BarsPage page = client.bars("X", Span::minute, nine_thirty + 30s, nine_thirty + 3min);
    REQUIRE(page.bars.size() == 2);
    CHECK(page.bars[0].start == nine_thirty + 1min);
}

TEST_CASE("pages are followed as they are named, over the same connection") {
    std::string url;
    const HttpServer server([&url](const Request& request) {
        return request.target.find("cursor") == std::string::npos
                   ? Answer{200, bars_from(nine_thirty, 1, url + "/v2/p?cursor=a%2Fb&x=1")}
                   : Answer{200, bars_from(nine_thirty + 1min, 1)};
    });
    url = server.url();
    RestClient client(options_for(url));
    const BarsPage first = client.bars("X", Span::minute, nine_thirty, nine_thirty + 2min);
    const BarsPage second = client.next(first.next);
    CHECK(second.next.empty());
    CHECK(second.bars.size() == 1);
    CHECK(server.connections() == 1);
    const auto requests = server.requests();
    REQUIRE(requests.size() == 2);
    CHECK(requests[1].target == "/v2/p?cursor=a%2Fb&x=1");
    CHECK(requests[1].headers.at("authorization") == "Bearer " + key);
}

TEST_CASE("a page at another server is not followed") {
    const HttpServer other([](const Request&) { return Answer{200, "{}"}; });
    RestClient client(options_for("http://127.0.0.1:1"));
    CHECK_THROWS_WITH(client.next(other.url() + "/v2/p"), Catch::Contains("is not followed"));
    CHECK_THROWS_WITH(client.next("https://127.0.0.1:1/v2"), Catch::Contains("is not followed"));
    CHECK_THROWS_AS(client.next("/v2/p"), Error);
    CHECK_THROWS_AS(client.next("http://127.0.0.1:1/a\r\nX: y"), Error);
    CHECK(other.requests().empty());
}

TEST_CASE("a kept connection that the server closed meanwhile is opened anew") {
    bool first = true;
    SECTION("behind an answer") {
        const HttpServer server([](const Request&) { return Answer{200, "{}", {}, true}; });
        RestClient client(options_for(server.url()));
        for (int i = 0; i < 3; ++i) {
            client.check();
        }
        CHECK(server.connections() == 3);
    }
    SECTION("at the next request") {
        const HttpServer server([&first](const Request& request) {
            Answer answer{200, "{}"};
            answer.vanish =
                request.target.find("MSFT") != std::string::npos && std::exchange(first, false);
            return answer;
        });
        RestClient client(options_for(server.url()));
        client.check();
        client.bars("MSFT", Span::minute, nine_thirty, nine_thirty + 1min);
        CHECK(server.connections() == 2);
        CHECK(server.requests().size() == 3);
    }
    SECTION("by its own announcement") {
        const HttpServer server([](const Request&) {
            return Answer{200, "{}", {{"Connection", "close"}}, true};
        });
        RestClient client(options_for(server.url()));
        client.check();
        client.check();
        CHECK(server.connections() == 2);
    }
}

TEST_CASE("refusals tell the status, the reason and whether to try again, but never the key") {
    const RestError unknown = error_of([](const Request&) {
        return Answer{401, R"({"status":"ERROR","error":"Unknown API Key )" + key + "\"}"};
    });
    CHECK(unknown.status == 401);
    CHECK_FALSE(unknown.retry);
    CHECK_THAT(unknown.what(), Catch::Contains("401") && Catch::Contains("Unknown API Key ***"));
    CHECK_THAT(unknown.what(), !Catch::Contains(key));

    const RestError not_allowed = error_of([](const Request&) {
        return Answer{403, R"({"status":"NOT_AUTHORIZED","message":"You are not entitled"})"};
    });
    CHECK(not_allowed.status == 403);
    CHECK_FALSE(not_allowed.retry);
    CHECK_THAT(not_allowed.what(), Catch::Contains("You are not entitled"));

    const RestError busy = error_of([](const Request&) {
        return Answer{429, "", {{"Retry-After", "12"}}};
    });
    CHECK(busy.status == 429);
    CHECK(busy.retry);
    CHECK(busy.after == 12s);
    CHECK_THAT(busy.what(), Catch::Contains("said nothing"));

    for (const int status : {408, 413, 425, 500, 502, 503, 504}) {
        CAPTURE(status);
        CHECK(error_of([status](const Request&) { return Answer{status, "later"}; }).retry);
    }
    for (const int status : {301, 302, 400, 404}) {
        CAPTURE(status);
        CHECK_FALSE(error_of([status](const Request&) { return Answer{status, "no"}; }).retry);
    }
    for (const char* value : {"Wed, 21 Oct 2026 07:28:00 GMT", "-5", "1.5", "99999999999999"}) {
        CAPTURE(value);
        CHECK(error_of([value](const Request&) {
                  return Answer{503, "", {{"Retry-After", value}}};
              }).after == 0s);
    }
}

TEST_CASE("long and many-lined refusals are shown on one short line") {
    const RestError error = error_of([](const Request&) {
        return Answer{500, "<html>\r\n" + std::string(100'000, 'x')};
    });
    CHECK(std::string{error.what()}.find('\n') == std::string::npos);
    CHECK(std::string{error.what()}.size() < 600);
}

TEST_CASE("no answer is worth another try") {
    SECTION("nobody listens") {
        std::string url;
        {
            const HttpServer gone([](const Request&) { return Answer{}; });
            url = gone.url();
        }
        RestClient client(options_for(url));
        try {
            client.check();
            FAIL("it threw nothing");
        } catch (const RestError& error) {
            CHECK(error.status == 0);
            CHECK(error.retry);
            CHECK_THAT(error.what(), Catch::Contains(url) && Catch::Contains("refused"));
        }
    }
    SECTION("the server hangs up") {
        const RestError error = error_of([](const Request&) {
            Answer answer;
            answer.vanish = true;
            return answer;
        });
        CHECK(error.status == 0);
        CHECK(error.retry);
    }
    SECTION("the answer is cut") {
        const RestError error = error_of([](const Request&) {
            Answer answer{200, bars_from(nine_thirty, 100)};
            answer.cut = 500;
            return answer;
        });
        CHECK(error.status == 0);
        CHECK(error.retry);
    }
    SECTION("the server takes too long") {
        const RestError error = error_of(
            [](const Request&) {
                Answer answer;
                answer.stall = true;
                return answer;
            },
            200ms);
        CHECK(error.status == 0);
        CHECK(error.retry);
        CHECK_THAT(error.what(), Catch::Contains("200ms"));
    }
}

TEST_CASE("a client works on behind a failure") {
    int count = 0;
    const HttpServer server([&count](const Request&) {
        Answer answer{count == 1 ? 500 : 200, "{}"};
        answer.stall = count == 0;
        ++count;
        return answer;
    });
    RestClient::Options options = options_for(server.url());
    options.timeout = 300ms;
    RestClient client(options);
    CHECK_THROWS_AS(client.check(), RestError);
    CHECK_THROWS_AS(client.check(), RestError);
    CHECK_NOTHROW(client.check());
}

TEST_CASE("cancel() from another thread ends the request under way and all later ones") {
    std::promise<void> asked;
    const HttpServer server([&asked](const Request&) {
        asked.set_value();
        Answer answer;
        answer.stall = true;
        return answer;
    });
    RestClient client(options_for(server.url()));
    std::thread other([&] {
        asked.get_future().wait();
        client.cancel();
    });
    const auto start = std::chrono::steady_clock::now();
    const auto cancelled = [&client] {
        try {
            client.check();
        } catch (const RestError& error) {
            return error.status == 0 && !error.retry;
        }
        return false;
    };
    CHECK(cancelled());
    CHECK(std::chrono::steady_clock::now() - start < 25s);  // the timeout is 30 s
    other.join();
    CHECK(cancelled());
}

TEST_CASE("a caller that is to stop gives up its request") {
    const HttpServer server([](const Request&) {
        Answer answer;
        answer.stall = true;
        return answer;
    });
    RestClient::Options options = options_for(server.url());
    std::atomic<int> asked{0};
    options.stopping = [&asked] { return ++asked > 2; };
    RestClient client(options);
    CHECK_THROWS_WITH(client.check(), Catch::Contains("cancelled"));
}

TEST_CASE("options that cannot be are refused, each by its name") {
    const auto refused = [](const RestClient::Options& options) -> std::string {
        try {
            const RestClient client(options);
        } catch (const ConfigError& error) {
            CHECK_THAT(error.what(), !Catch::Contains(key));
            return error.option();
        }
        return "nothing";
    };
    CHECK(refused(options_for("api.massive.com")) == "url");
    CHECK(refused(options_for("https://api.massive.com/v2")) == "url");
    RestClient::Options options = options_for("https://api.massive.com");
    CHECK(refused(options) == "nothing");
    options.api_key = Secret{key + "\r\nX-Other: 1"};
    CHECK(refused(options) == "api_key");
    options = options_for("https://api.massive.com");
    options.ca_file = "/nowhere/ca.pem";
    CHECK(refused(options) == "ca_file");
}
