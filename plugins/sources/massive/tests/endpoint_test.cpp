#include <catch2/catch.hpp>

#include "feed/loop.hpp"
#include "tsflow/error.hpp"

using tsflow::ConfigError;
using tsflow::massive::Endpoint;

TEST_CASE("An address of a feed is taken apart") {
    const Endpoint real = Endpoint::parse("wss://socket.massive.com/stocks");
    CHECK(real.tls);
    CHECK(real.host == "socket.massive.com");
    CHECK(real.port == "443");
    CHECK(real.target == "/stocks");

    const Endpoint local = Endpoint::parse("ws://127.0.0.1:8080");
    CHECK_FALSE(local.tls);
    CHECK(local.port == "8080");
    CHECK(local.target == "/");

    const Endpoint six = Endpoint::parse("ws://[::1]:90/x");
    CHECK(six.host == "::1");
    CHECK(six.port == "90");
}

TEST_CASE("What is no address of a feed is refused with the reason") {
    const auto error = [](std::string_view url) -> std::string {
        try {
            Endpoint::parse(url);
        } catch (const ConfigError& e) {
            return e.what();
        }
        return "";
    };
    CHECK(error("https://socket.massive.com").find("must begin with wss:// or ws://") !=
          std::string::npos);
    CHECK(error("wss:///stocks").find("the host is missing") != std::string::npos);
    CHECK(error("ws://h:99999/").find("'99999' is no port") != std::string::npos);
    CHECK(error("ws://h:x/").find("'x' is no port") != std::string::npos);
    CHECK(error("ws://[::1/").find("bracket is not closed") != std::string::npos);
    const std::string secret = error("wss://user:pass@h/");
    CHECK(secret.find("no user or password") != std::string::npos);
    CHECK(secret.find("pass@") == std::string::npos);
}
