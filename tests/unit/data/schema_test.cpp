#include <catch2/catch.hpp>

#include "tsflow/error.hpp"
#include "tsflow/schema.hpp"

using namespace tsflow;
using Catch::Matchers::Equals;

namespace {

SchemaPtr bars() {
    return Schema::make({{"symbol", Type::symbol, false, "", true},
                         {"timestamp", Type::timestamp, false, "", true, true},
                         {"price", Type::float64, true, "USD"},
                         {"volume", Type::int64}});
}

/// The message of the ConfigError that `action` throws, and its option.
template <class Action>
std::pair<std::string, std::string> config_error(Action action) {
    try {
        action();
    } catch (const ConfigError& error) {
        return {error.option(), error.what()};
    }
    return {};
}

}  // namespace

TEST_CASE("type names read back") {
    for (const Type type : {Type::boolean, Type::int64, Type::float64, Type::timestamp, Type::date,
                            Type::string, Type::symbol}) {
        CHECK(parse_type(to_string(type)) == type);
    }
    CHECK(to_string(Type::boolean) == "bool");
    CHECK_FALSE(parse_type("Int64"));
    CHECK_FALSE(parse_type(""));
}

TEST_CASE("a schema knows its key, event time and columns") {
    const SchemaPtr schema = bars();
    CHECK(schema->size() == 4);
    CHECK(schema->key() == std::vector<std::size_t>{0, 1});
    CHECK(schema->event_time() == 1);
    CHECK(schema->find("price") == 2);
    CHECK_FALSE(schema->find("prices"));
    CHECK((*schema)[3].name == "volume");
    CHECK(schema->to_string() ==
          "symbol: symbol (key), timestamp: timestamp (key, event time), price: float64? [USD], "
          "volume: int64");
    CHECK(Field{"t", Type::timestamp, false, "", false, true}.to_string() ==
          "t: timestamp (event time)");
    CHECK(Schema::make({})->to_string().empty());
}

TEST_CASE("schemas that cannot be are refused") {
    const auto make = [](std::vector<Field> fields) { Schema::make(std::move(fields)); };
    CHECK_THROWS_WITH(make({{"a", Type::int64}, {"", Type::int64}}),
                      Equals("column 2 of the schema has no name"));
    CHECK_THROWS_WITH(make({{"a", Type::int64}, {"a", Type::date}}),
                      Equals("the schema has two columns with the name 'a'"));
    CHECK_THROWS_WITH(
        make({{"a", Type::timestamp, false, "", false, true},
              {"b", Type::timestamp, false, "", false, true}}),
        Equals("the schema has two event times, 'a' and 'b'; at most one is allowed"));
    CHECK_THROWS_WITH(make({{"a", Type::int64, true, "", true}}),
                      Equals("key column 'a' must not be nullable"));
    CHECK_THROWS_WITH(make({{"a", Type::date, false, "", false, true}}),
                      Equals("event time column 'a' must be timestamp and is date"));
    CHECK_THROWS_WITH(make({{"a", Type::timestamp, true, "", false, true}}),
                      Equals("event time column 'a' must be timestamp and is timestamp?"));
}

TEST_CASE("a missing column is named with the nearest one") {
    const auto [option, message] = config_error([] { bars()->index("pricee", "column"); });
    CHECK(option == "column");
    CHECK(message ==
          "no column 'pricee' in the input (symbol, timestamp, price, volume); did you mean "
          "'price'?");
    CHECK(config_error([] { bars()->index("id"); }).second ==
          "no column 'id' in the input (symbol, timestamp, price, volume)");
    CHECK(config_error([] { Schema::make({})->index("id"); }).second ==
          "no column 'id' in the input, which has no columns");
    CHECK(bars()->index("price") == 2);
}

TEST_CASE("a required column must have the type and the unit") {
    CHECK(bars()->require("price", Type::float64) == 2);
    CHECK(bars()->require("price", Type::float64, "USD") == 2);
    CHECK(config_error([] { bars()->require("price", Type::int64, "", "column"); }) ==
          std::pair<std::string, std::string>{
              "column", "column 'price' is float64? [USD], but int64 is needed"});
    CHECK(config_error([] { bars()->require("price", Type::float64, "EUR"); }).second ==
          "column 'price' has the unit 'USD', but the unit 'EUR' is needed");
    CHECK(config_error([] { bars()->require("volume", Type::int64, "shares"); }).second ==
          "column 'volume' has no unit, but the unit 'shares' is needed");
    CHECK(config_error([] { bars()->require("volum", Type::int64); }).second ==
          "no column 'volum' in the input (symbol, timestamp, price, volume); did you mean "
          "'volume'?");
}

TEST_CASE("same compares fields, not objects") {
    const SchemaPtr schema = bars();
    CHECK(same(schema, schema));
    CHECK(same(schema, bars()));
    CHECK_FALSE(same(schema, Schema::make({})));
    CHECK_FALSE(same(schema, nullptr));
    CHECK(same(nullptr, nullptr));
}

TEST_CASE("the first difference of two schemas is a sentence") {
    const auto with = [](Field field) { return with_field(bars(), std::move(field)); };
    CHECK(difference(*bars(), *bars()).empty());
    CHECK(difference(*bars(), *with({"volume", Type::float64, false, "shares"})) ==
          "column 'volume' is int64 here and float64 [shares] there");
    CHECK(difference(*bars(), *with({"volume", Type::int64, true})) ==
          "column 'volume' is int64 here and int64? there");
    CHECK(difference(*bars(), *with({"volume", Type::int64, false, "", true})) ==
          "column 'volume' is a key only there");
    CHECK(difference(*bars(), *with({"timestamp", Type::timestamp, false, "", true})) ==
          "column 'timestamp' is the event time only here");
    CHECK(difference(*bars(), *with({"x", Type::date})) == "column 'x' is there and not here");
    CHECK(difference(*with({"x", Type::date}), *bars()) == "column 'x' is here and not there");
    CHECK(difference(*Schema::make({{"a", Type::date}, {"b", Type::date}}),
                     *Schema::make({{"b", Type::date}, {"a", Type::date}})) ==
          "the columns are in the order a, b here and b, a there");
}

TEST_CASE("with_field appends a new field and replaces one of the same name") {
    CHECK(with_field(bars(), {"x", Type::date})->find("x") == 4);
    const SchemaPtr replaced = with_field(bars(), {"price", Type::int64});
    CHECK(replaced->size() == 4);
    CHECK((*replaced)[2] == Field{"price", Type::int64});
    CHECK_THROWS_AS(with_field(bars(), {"", Type::int64}), Error);
}
