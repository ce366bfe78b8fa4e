#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "node_types.hpp"
#include "plugins/describe.hpp"

using namespace tsflow;

TEST_CASE("the list as JSON holds the types and the refused libraries") {
    Registry registry;
    registry.add({{node_types::type("feed", NodeKind::source), "p", "0.1.0", "/lib/feed.so"}});
    registry.refuse("/lib/old.so", "it says \"no\" in \xff");
    const auto list = nlohmann::json::parse(list_json(registry));
    CHECK(list["types"] == nlohmann::json::parse(R"([{"type": "feed", "kind": "source",
        "doc": "Does what a test needs.", "plugin": "p", "version": "0.1.0",
        "library": "/lib/feed.so"}])"));
    REQUIRE(list["refused"].size() == 1);
    CHECK(list["refused"][0]["library"] == "/lib/old.so");
    CHECK(list["refused"][0]["reason"] == "it says \"no\" in \xef\xbf\xbd");
    CHECK(nlohmann::json::parse(list_json(Registry{})) ==
          nlohmann::json::parse(R"({"types": [], "refused": []})"));
}
