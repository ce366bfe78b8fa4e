#include <catch2/catch.hpp>

#include "origin.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::market::massive;

TEST_CASE("an address is taken apart") {
    const Address plain = parse_address("https://api.massive.com");
    CHECK(plain.origin == Origin{true, "api.massive.com", "443"});
    CHECK(plain.target == "/");
    CHECK(plain.origin.text() == "https://api.massive.com");

    const Address full = parse_address("http://LocalHost:8080/v2/aggs?cursor=a%2Fb#part");
    CHECK(full.origin == Origin{false, "localhost", "8080"});
    CHECK(full.target == "/v2/aggs?cursor=a%2Fb");
    CHECK(full.origin.text() == "http://localhost:8080");

    CHECK(parse_address("http://h?q=1").target == "/?q=1");
    const Address six = parse_address("https://[::1]:9/x");
    CHECK(six.origin == Origin{true, "::1", "9"});
    CHECK(six.origin.authority() == "[::1]:9");
}

TEST_CASE("the same server is known by its scheme, host and port") {
    const Origin origin = parse_address("https://api.massive.com").origin;
    CHECK(parse_address("https://API.massive.com:443/x").origin == origin);
    CHECK_FALSE(parse_address("http://api.massive.com/x").origin == origin);
    CHECK_FALSE(parse_address("https://api.massive.com:444/x").origin == origin);
    CHECK_FALSE(parse_address("https://api.massive.com.evil.example/x").origin == origin);
}

TEST_CASE("what is no address is refused with the reason") {
    const auto refused = [](const char* url, const char* why) {
        CAPTURE(url);
        CHECK_THROWS_WITH(parse_address(url), Catch::Contains(why));
    };
    refused("api.massive.com", "begins with neither");
    refused("ftp://api.massive.com", "begins with neither");
    refused("https://", "names no host");
    refused("https:///path", "names no host");
    refused("https://host:", "is no port");
    refused("https://host:0", "is no port");
    refused("https://host:65536", "is no port");
    refused("https://host:80a", "is no port");
    refused("https://[::1", "bracket");
    refused("https://api.massive.com@evil.example/", "user name");
    refused("https://host/a b", "blanks");
    refused("https://host/a\r\nX: y", "blanks");
    SECTION("without showing a key in its query") {
        try {
            parse_address("host?apiKey=tell-nobody");
            FAIL();
        } catch (const Error& error) {
            CHECK_THAT(error.what(), !Catch::Contains("tell-nobody"));
        }
    }
}
