#include <catch2/catch.hpp>

#include "config/listen.hpp"
#include "control/exchange.hpp"

using namespace tsflow;
using namespace tsflow::control;

TEST_CASE("A target is taken apart and decoded") {
    const auto request = parse_target("/tap?port=feed.minute&where=close%20%3E%201&limit=5&flag");
    REQUIRE(request);
    CHECK(request->path == "/tap");
    CHECK(request->query ==
          std::map<std::string, std::string>{
              {"port", "feed.minute"}, {"where", "close > 1"}, {"limit", "5"}, {"flag", ""}});
    CHECK_FALSE(parse_target("/%zz"));
    CHECK_FALSE(parse_target("/?a=%4"));
}

TEST_CASE("What is encoded is decoded to the same text") {
    const std::string text = "symbol in [\"A&B\", 'ü'] and a+b = 5%";
    const auto request = parse_target("/tap?where=" + encode(text));
    REQUIRE(request);
    CHECK(request->query.at("where") == text);
}

TEST_CASE("Only the right token holds") {
    const std::string token = "0123456789abcdef";
    CHECK(holds_token("Bearer 0123456789abcdef", token));
    for (const char* wrong : {"", "Bearer ", "Bearer 0123456789abcde", "Bearer 0123456789abcdeF",
                              "Bearer 0123456789abcdef0123456789abcdef", "0123456789abcdef",
                              "Basic 0123456789abcdef"}) {
        INFO(wrong);
        CHECK_FALSE(holds_token(wrong, token));
    }
}

TEST_CASE("A Host header names this machine or another") {
    for (const char* here :
         {"127.0.0.1", "127.0.0.1:9180", "localhost:80", "localhost", "[::1]:80", "[::1]"}) {
        INFO(here);
        CHECK(names_this_machine(here));
    }
    for (const char* other :
         {"", "example.com", "example.com:9180", "10.0.0.1:9180", "[fe80::1]"}) {
        INFO(other);
        CHECK_FALSE(names_this_machine(other));
    }
}

TEST_CASE("An address to listen on is numeric and says whether others reach it") {
    const auto v4 = parse_listen_address("127.0.0.1:9180");
    REQUIRE(v4);
    CHECK(v4->address == "127.0.0.1");
    CHECK(v4->port == 9180);
    CHECK(v4->loopback);
    const auto v6 = parse_listen_address("[::1]:0");
    REQUIRE(v6);
    CHECK(v6->loopback);
    CHECK(to_text(*v6, 7) == "[::1]:7");
    CHECK_FALSE(parse_listen_address("0.0.0.0:80")->loopback);
    CHECK_FALSE(parse_listen_address("[::]:80")->loopback);
    for (const char* wrong : {"", "9180", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000",
                              "127.0.0.1:80x", "example.com:80", "::1:80", "[127.0.0.1]:80"}) {
        INFO(wrong);
        CHECK_FALSE(parse_listen_address(wrong));
    }
}

TEST_CASE("An error is told as JSON") {
    const Answer answer = error_answer(400, "no \"such\" thing");
    CHECK(answer.status == 400);
    CHECK(answer.body == "{\"error\":\"no \\\"such\\\" thing\"}\n");
}
