#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "massive.hpp"
#include "tsflow/testing.hpp"
#include "universe/default_tickers.hpp"
#include "wanted.hpp"

using namespace tsflow;
using tsflow::massive::Massive;

namespace {

bool any(const std::vector<std::string>& messages, std::string_view part) {
    return std::any_of(messages.begin(), messages.end(), [&](const std::string& message) {
        return message.find(part) != std::string::npos;
    });
}

bool refused(const std::string& toml, std::string_view part) {
    const auto messages = testing::errors<Massive>(toml);
    INFO(toml);
    for (const std::string& message : messages) {
        UNSCOPED_INFO(message);
    }
    return any(messages, part);
}

bool warned(const std::string& toml, std::string_view part) {
    return testing::errors<Massive>(toml).empty() && any(testing::warnings<Massive>(toml), part);
}

}  // namespace

TEST_CASE("The feed's options say what is wrong with them") {
    CHECK(testing::errors<Massive>("api_key = 'k'\nuniverse = 'dow30'").empty());
    CHECK(refused("universe = 'dow30'", "asks for a key"));
    CHECK(refused("api_key = 'k'\nurl = 'https://x/'", "must begin with wss:// or ws://"));
    CHECK(refused("url = 'sim:?spede=60'", "spede"));
    CHECK(refused("url = 'sim:speed=60'", "must begin with '?'"));
    CHECK(refused("api_key = 'k'\nrest_url = 'api.massive.com'",
                  "must begin with https:// or http://"));
    CHECK(refused("api_key = 'k'\nreference = 'mysql://x'", "mysql"));
    CHECK(refused("api_key = 'k'\nchannels = ['AM', 'AM']", "one is given twice"));
    CHECK(refused("api_key = 'k'\nchannels = []", "none is given"));
    CHECK(refused("api_key = 'k'\nchannels = ['XX']", "XX"));
    CHECK(refused("api_key = 'k'\nsymbols = ['A,B']", "'A,B' is no ticker"));
    CHECK(refused("api_key = 'k'\nsymbols = ['*', 'AAPL']", "must be the only one"));
    CHECK(refused("api_key = 'k'\nrouting = 'random'", "random"));
}

TEST_CASE("Several connections are checked one by one and together") {
    CHECK(
        refused("api_key = 'k'\nmax_connections = 1\n[[connections]]\nsymbols = ['A']\n"
                "[[connections]]\nsymbols = ['B']",
                "2 are enabled, but max_connections is 1"));
    CHECK(refused("api_key = 'k'\n[[connections]]\nenabled = false\nsymbols = ['A']",
                  "none of them is enabled"));
    CHECK(
        refused("api_key = 'k'\n[[connections]]\nname = 'a'\nsymbols = ['A']\n[[connections]]\n"
                "name = 'a'\nsymbols = ['B']",
                "two connections are named 'a'"));
    CHECK(refused("api_key = 'k'\n[[connections]]\nsymbols = ['*']", "cannot be shared"));
    CHECK(testing::errors<Massive>(
              "api_key = 'k'\nmax_connections = 1\n[[connections]]\n"
              "symbols = ['A']\n[[connections]]\nenabled = false\nsymbols = ['B']")
              .empty());
}

TEST_CASE("Keys of the other mode are reported as ignored") {
    CHECK(warned("api_key = 'k'\nuniverse = 'dow30'\nsymbols = ['A']", "ignored"));
    CHECK(warned("api_key = 'k'\nuniverse = 'dow30'\n[[connections]]\nsymbols = ['A']", "ignored"));
    CHECK(warned("api_key = 'k'\nuniverse = 'dow30'\nrouting = 'balanced'", "ignored"));
    CHECK(warned("api_key = 'k'\n[[connections]]\nuniverse = 'dow30'\nsymbols = ['A']", "ignored"));
    CHECK(warned("api_key = 'k'", "default tickers"));
}

TEST_CASE("A channel is an output, beside health and gaps") {
    const auto source = testing::make<Massive>("api_key = 'k'\nchannels = ['AM', 'T']");
    std::vector<std::string> names;
    for (const Port& port : source->outputs())
        names.push_back(port.name);
    CHECK(names == std::vector<std::string>{"minute", "trades", "health", "gaps"});
    CHECK(source->outputs()[2].side);
}

TEST_CASE("A universe that is unknown or empty leaves the default tickers") {
    massive::MassiveConfig config;
    config.universe = "no_such_group";
    const massive::Wanted wanted = resolve(config);
    CHECK(wanted.by_connection == std::vector<massive::Tickers>{market::default_tickers()});
    CHECK(wanted.by_connection[0].size() == 8);
    CHECK(any(wanted.warnings, "no universe 'no_such_group' is known"));
    CHECK(any(wanted.warnings, "default tickers are subscribed"));
}

TEST_CASE("A universe goes before symbols, in either mode") {
    massive::MassiveConfig config;
    config.universe = "dow30";
    config.symbols = {"ZZZZ"};
    CHECK(resolve(config).by_connection[0].size() == 30);

    config.connections = {{"one", "dow30", {}, true, 0},
                          {"two", "", {"ZZZZ"}, true, 0},
                          {"off", "", {"YYYY"}, false, 0}};
    const massive::Wanted wanted = resolve(config);
    REQUIRE(wanted.by_connection.size() == 2);
    CHECK(wanted.by_connection[1] == massive::Tickers{"ZZZZ"});
    CHECK(wanted.all().size() == 31);
}
