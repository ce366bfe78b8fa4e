#include "convert.hpp"

#include <catch2/catch.hpp>

#include "tsflow/error.hpp"

using namespace tsflow;
using Catch::Matchers::Contains;
using import_env::convert;
using Variables = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("a value that cannot be is told by its name") {
    CHECK_THROWS_WITH(convert("x.env", {{"USE_MULTI_CONNECTION", "maybe"}}),
                      "USE_MULTI_CONNECTION must be true or false, and is 'maybe'");
    CHECK_THROWS_WITH(
        convert("x.env", {{"USE_MULTI_CONNECTION", "on"}, {"WEBSOCKET_CONNECTIONS_MAX", "three"}}),
        "WEBSOCKET_CONNECTIONS_MAX must be a whole number, and is 'three'");
}

TEST_CASE("secrets are not in the pipeline") {
    const Variables variables{{"MASSIVE_API_KEY", "s3cret"},
                              {"DATABASE_URL", "postgres://u:s3cret@h/d"},
                              {"OTHER_TOKEN", "s3cret"},
                              {"MASSIVE_WEBSOCKET_TOKEN", "s3cret"}};
    CHECK_THAT(convert("x.env", variables).toml,
               !Contains("s3cret") && Contains("api_key = \"${MASSIVE_API_KEY}\"") &&
                   Contains("reference = \"${DATABASE_URL}\"") && Contains("OTHER_TOKEN"));
}

TEST_CASE("more connections than tsflow takes are as many as it takes") {
    const auto converted = convert("x.env", {{"MASSIVE_API_KEY", "k"},
                                             {"USE_MULTI_CONNECTION", "true"},
                                             {"WEBSOCKET_CONNECTIONS_MAX", "50"},
                                             {"WEBSOCKET_CONNECTION_12_ENABLED", "true"},
                                             {"WEBSOCKET_CONNECTION_12_SYMBOLS", "IBM"}});
    CHECK_THAT(converted.toml,
               Contains("\nmax_connections = 16\n") && Contains("\nname = \"connection_12\"\n"));
    REQUIRE(converted.warnings.size() == 1);
    CHECK_THAT(converted.warnings[0], Contains("WEBSOCKET_CONNECTIONS_MAX is 50"));
}

TEST_CASE("variables that only look like a connection's are not") {
    const auto converted = convert("x.env", {{"MASSIVE_API_KEY", "k"},
                                             {"USE_MULTI_CONNECTION", "true"},
                                             {"WEBSOCKET_CONNECTION_TIMEOUT", "9"},
                                             {"WEBSOCKET_CONNECTION_0_ENABLED", "true"},
                                             {"WEBSOCKET_CONNECTION_1", "true"},
                                             {"WEBSOCKET_CONNECTION_2_ENABLED", "true"},
                                             {"WEBSOCKET_CONNECTION_2_COLOUR", "red"}});
    CHECK_THAT(converted.toml,
               Contains("WEBSOCKET_CONNECTION_TIMEOUT, WEBSOCKET_CONNECTION_0_ENABLED") &&
                   Contains("WEBSOCKET_CONNECTION_2_COLOUR:\n#     tsflow's feed has no such") &&
                   !Contains("connection_1\""));
}

TEST_CASE("many symbols take several lines") {
    std::string symbols;
    for (int i = 100; i < 200; ++i) {
        symbols += "S" + std::to_string(i) + ",";
    }
    const auto toml = convert("x.env", {{"MASSIVE_API_KEY", "k"},
                                        {"USE_MULTI_CONNECTION", "true"},
                                        {"WEBSOCKET_CONNECTION_1_ENABLED", "true"},
                                        {"WEBSOCKET_CONNECTION_1_SYMBOLS", symbols}})
                          .toml;
    CHECK_THAT(toml, Contains("symbols = [\n    \"S100\", ") && Contains("\"S199\",\n]\n"));
    for (std::size_t at = 0; at < toml.size();) {
        const std::size_t end = toml.find('\n', at);
        CHECK(end - at <= 100);
        at = end + 1;
    }
}
