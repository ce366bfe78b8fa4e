#include <catch2/catch.hpp>
#include <string>

#include "certificates.hpp"
#include "http_server.hpp"
#include "massive/rest_client.hpp"

using namespace tsflow;
using namespace tsflow::market::massive;
using namespace tsflow::market::massive::testing;

namespace {

Answer fine(const Request& /*request*/) {
    return {200, "{}"};
}

/// The message of the refusal, or nothing.
std::string refusal(const std::string& url, const std::filesystem::path& ca_file) {
    RestClient::Options options;
    options.url = url;
    options.api_key = Secret{"key"};
    options.ca_file = ca_file;
    RestClient client(options);
    try {
        client.check();
        client.check();  // over the same connection
    } catch (const RestError& error) {
        CHECK_FALSE(error.retry);
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("a server is believed when an authority that we trust vouches for its name") {
    const Certificates certificates;
    SECTION("by address") {
        const HttpServer server(fine, certificates.issue("IP:127.0.0.1"));
        CHECK(refusal(server.url(), certificates.authority()).empty());
        CHECK(server.connections() == 1);
        CHECK(server.requests().size() == 2);
    }
    SECTION("by name") {
        const HttpServer server(fine, certificates.issue("DNS:localhost"));
        CHECK(
            refusal("https://localhost:" + std::to_string(server.port()), certificates.authority())
                .empty());
    }
}

TEST_CASE("any other server gets neither request nor key") {
    const Certificates certificates;
    const auto refused = [&](const Certificates::Files& files, const std::filesystem::path& ca) {
        const HttpServer server(fine, files);
        const std::string message = refusal(server.url(), ca);
        CHECK(server.requests().empty());
        return message;
    };
    CHECK_THAT(refused(certificates.issue("DNS:other.example"), certificates.authority()),
               Catch::Contains("mismatch"));
    CHECK_THAT(refused(certificates.issue("IP:127.0.0.1", -1), certificates.authority()),
               Catch::Contains("expired"));
    CHECK_THAT(refused(certificates.self_signed("IP:127.0.0.1"), certificates.authority()),
               Catch::Contains("self-signed") || Catch::Contains("self signed"));
    CHECK_THAT(refused(certificates.issue("IP:127.0.0.1"), {}), Catch::Contains("certificate"));
}

TEST_CASE("a server that speaks no TLS is an error that may pass") {
    const HttpServer server(fine);
    RestClient::Options options;
    options.url = "https://127.0.0.1:" + std::to_string(server.port());
    RestClient client(options);
    try {
        client.check();
        FAIL("it threw nothing");
    } catch (const RestError& error) {
        CHECK(error.status == 0);
        CHECK(error.retry);
    }
}
