// The shape of the schemas. That they accept and refuse the right files is tested with an independent
// validator in tests/schema.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "node_types.hpp"
#include "plugins/describe.hpp"

using namespace tsflow;
using nlohmann::json;
using node_types::option;

namespace {

json property(OptionInfo info) {
    return json::parse(describe_json(
        node_types::type("t", NodeKind::source, {std::move(info)})))["properties"]["x"];
}

OptionInfo x(OptionType type) {
    return option("x", type, "Doc");
}

}  // namespace

TEST_CASE("a type's schema names the type, the host's keys and its options, and nothing else") {
    OptionInfo required = option("path", OptionType::path, "File").such_as("a.txt");
    required.required = true;
    const json schema = json::parse(describe_json(node_types::type(
        "file", NodeKind::sink, {required, option("mode", OptionType::text, "Mode")})));
    CHECK(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema");
    CHECK(schema["properties"]["type"]["const"] == "file");
    CHECK(schema["required"] == json({"path", "type", "inputs"}));
    CHECK(schema["additionalProperties"] == false);
    CHECK(schema["properties"].contains("queue"));
    CHECK_FALSE(schema["properties"].contains("journal"));
    CHECK(schema["properties"]["path"] == json({{"type", "string"},
                                                {"minLength", 1},
                                                {"description", "File. Example: `\"a.txt\"`."},
                                                {"examples", {"a.txt"}}}));
}

TEST_CASE("each type of option has its schema") {
    CHECK(property(x(OptionType::boolean))["anyOf"][0]["type"] == "boolean");
    const json integer = property(x(OptionType::integer).range(1, 10))["anyOf"][0];
    CHECK(integer["type"] == "integer");
    CHECK(integer["minimum"] == 1);
    CHECK(integer["minimum"].is_number_integer());
    CHECK(integer["maximum"] == 10);
    CHECK(property(x(OptionType::real).at_least(0.5))["anyOf"][0]["minimum"] == 0.5);
    CHECK(property(x(OptionType::secret))["writeOnly"] == true);
    CHECK(property(x(OptionType::text).one_of({"a", "b"}))["anyOf"][0]["enum"] == json({"a", "b"}));
    CHECK(
        property(x(OptionType::text_list).one_of({"a"}))["anyOf"][0]["items"]["anyOf"][0]["enum"] ==
        json({"a"}));
    CHECK(property(x(OptionType::bytes))["anyOf"].size() == 2);
    CHECK_FALSE(property(x(OptionType::path).one_of({"csv:"})).contains("minLength"));
}

TEST_CASE("a list of tables is an array of objects with the schema of their options") {
    OptionInfo host = option("host", OptionType::text, "Its name").such_as("a");
    host.required = true;
    OptionInfo tables = x(OptionType::tables).range(1, 4);
    tables.default_value = OptionValue{OptionTables{}};
    tables.nested = {host, option("key", OptionType::secret, "Key")};
    const json schema = property(tables);
    CHECK(schema["type"] == "array");
    CHECK(schema["minItems"] == 1);
    CHECK(schema["maxItems"] == 4);
    CHECK(schema["default"] == json::array());
    CHECK(schema["items"]["type"] == "object");
    CHECK(schema["items"]["additionalProperties"] == false);
    CHECK(schema["items"]["required"] == json({"host"}));
    CHECK(schema["items"]["properties"]["key"]["writeOnly"] == true);
    CHECK_FALSE(property(x(OptionType::tables)).contains("maxItems"));
}

TEST_CASE("defaults are written as in a pipeline file, those of secrets not at all") {
    OptionInfo wait = x(OptionType::duration);
    wait.default_value = OptionValue{std::int64_t{250'000'000}};
    CHECK(property(wait)["default"] == "250ms");
    OptionInfo list = x(OptionType::text_list);
    list.default_value = OptionValue{std::vector<std::string>{"a"}};
    CHECK(property(list)["default"] == json({"a"}));
    OptionInfo secret = x(OptionType::secret);
    secret.default_value = OptionValue{std::string{"hunter2"}};
    CHECK_FALSE(property(secret).contains("default"));
}

TEST_CASE("the schema of a pipeline file offers each kind its own types") {
    Registry registry;
    registry.add(node_types::type("feed", NodeKind::source));
    registry.add(node_types::type("store", NodeKind::sink));
    registry.add(node_types::type("print", NodeKind::sink));
    const json schema = json::parse(pipeline_schema(registry));
    CHECK(schema["properties"]["sources"]["additionalProperties"]["oneOf"] ==
          json::parse(R"([{"$ref": "#/$defs/type.feed"}])"));
    CHECK(schema["properties"]["sinks"]["additionalProperties"]["oneOf"] ==
          json::parse(R"([{"$ref": "#/$defs/type.print"}, {"$ref": "#/$defs/type.store"}])"));
    CHECK(schema["properties"]["transforms"]["maxProperties"] == 0);
    CHECK(schema["$defs"]["type.store"]["properties"].contains("queue"));
    CHECK(schema["$defs"]["queue"]["properties"]["batches"]["default"] == 256);
    CHECK(schema["properties"]["pipeline"]["properties"].contains("state_dir"));
}
