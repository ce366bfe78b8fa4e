#include "plugins/registry.hpp"

#include <catch2/catch.hpp>

#include "node_types.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using Catch::Matchers::Contains;
using node_types::option;
using node_types::type;

namespace {

RegisteredType from(const char* library, NodeType made) {
    return {std::move(made), "p", "1.0.0", library};
}

std::string refusal_of(NodeType made) {
    Registry registry;
    try {
        registry.add(std::move(made));
    } catch (const Error& error) {
        CHECK(registry.all().empty());
        return error.what();
    }
    return {};
}

std::string refusal_of(const OptionInfo& wrong) {
    return refusal_of(type("t", NodeKind::sink, {wrong}));
}

}  // namespace

TEST_CASE("types are found by name and listed by name and kind") {
    Registry registry;
    registry.add({from("b.so", type("zeta", NodeKind::sink)),
                  from("b.so", type("alpha", NodeKind::source))});
    registry.add(type("mid", NodeKind::transform));
    CHECK(registry.names() == std::vector<std::string>{"alpha", "mid", "zeta"});
    CHECK(registry.names(NodeKind::source) == std::vector<std::string>{"alpha"});
    REQUIRE(registry.all().size() == 3);
    CHECK(registry.all()[2]->library == "b.so");
    REQUIRE(registry.find("mid") != nullptr);
    CHECK(registry.find("mid")->library.empty());
    CHECK(registry.find("other") == nullptr);
}

TEST_CASE("a second library with a known type adds none of its types, and both are named") {
    Registry registry;
    registry.add({from("/first.so", type("same", NodeKind::sink))});
    CHECK_THROWS_WITH(registry.add({from("/second.so", type("own", NodeKind::sink)),
                                    from("/second.so", type("same", NodeKind::source))}),
                      Contains("'same'") && Contains("/first.so") && Contains("/second.so"));
    CHECK(registry.names() == std::vector<std::string>{"same"});
    CHECK(registry.find("same")->type.kind == NodeKind::sink);
    CHECK_THROWS_WITH(registry.add(type("same", NodeKind::sink)), Contains("this program"));
}

TEST_CASE("a library that enrolls a type twice is refused") {
    Registry registry;
    CHECK_THROWS_WITH(registry.add({from("/a.so", type("same", NodeKind::sink)),
                                    from("/a.so", type("same", NodeKind::sink))}),
                      "node type 'same' is enrolled twice by '/a.so'");
    CHECK(registry.all().empty());
}

TEST_CASE("types that break the rules are refused") {
    CHECK_THAT(refusal_of(type("CamelCase", NodeKind::sink)), Contains("lower_snake_case"));
    CHECK_THAT(refusal_of(type("", NodeKind::sink)), Contains("lower_snake_case"));
    CHECK_THAT(refusal_of(type("1st", NodeKind::sink)), Contains("lower_snake_case"));
    NodeType silent = type("silent", NodeKind::sink);
    silent.doc.clear();
    CHECK_THAT(refusal_of(silent), Contains("no documentation"));
    NodeType unmade = type("unmade", NodeKind::sink);
    unmade.make = nullptr;
    CHECK_THAT(refusal_of(unmade), Contains("no function that makes a node"));
    CHECK(refusal_of(type("moving_average_2", NodeKind::transform)).empty());
}

TEST_CASE("options that break the rules are refused") {
    for (const char* reserved : {"type", "inputs", "queue", "retry", "on_error", "journal"}) {
        CHECK_THAT(
            refusal_of(option(reserved, OptionType::text, "Doc")),
            Contains("option '" + std::string{reserved} + "'") && Contains("belongs to the host"));
    }
    CHECK_THAT(refusal_of(option("fileName", OptionType::text, "Doc")),
               Contains("lower_snake_case"));
    CHECK_THAT(refusal_of(option("file", OptionType::text, "")), Contains("no documentation"));

    OptionInfo required = option("file", OptionType::text, "Doc");
    required.required = true;
    CHECK_THAT(refusal_of(required), Contains("no example"));
    CHECK(refusal_of(OptionInfo{required}.such_as("a.txt")).empty());
    CHECK(refusal_of(OptionInfo{required}.one_of({"a", "b"})).empty());

    CHECK_THAT(refusal_of(type("t", NodeKind::sink,
                               {option("file", OptionType::text, "Doc"),
                                option("file", OptionType::path, "Doc")})),
               Contains("declared twice"));
}

TEST_CASE("a default or example that the option itself would refuse is refused") {
    OptionInfo number = option("n", OptionType::integer, "Doc").range(1, 10);
    number.default_value = OptionValue{std::int64_t{0}};
    CHECK_THAT(refusal_of(number), Contains("default outside its own range"));
    number.default_value = OptionValue{std::string{"1"}};
    CHECK_THAT(refusal_of(number), Contains("default that is not of its type, integer"));
    number.default_value = OptionValue{std::int64_t{10}};
    CHECK(refusal_of(number).empty());
    CHECK_THAT(refusal_of(option("n", OptionType::real, "Doc").range(2, 1)),
               Contains("least value is above its greatest"));

    OptionInfo mode = option("mode", OptionType::text, "Doc").one_of({"a", "b"});
    CHECK_THAT(refusal_of(OptionInfo{mode}.such_as("c")),
               Contains("example that is none of its own choices"));
    OptionInfo modes = option("modes", OptionType::text_list, "Doc").one_of({"a", "b"});
    modes.default_value = OptionValue{std::vector<std::string>{"a", "c"}};
    CHECK_THAT(refusal_of(modes), Contains("default that is none of its own choices"));

    OptionInfo store = option("store", OptionType::path, "Doc").one_of({"csv:"});
    store.default_value = OptionValue{std::string{}};  // no prefix: a text that stays as it is
    CHECK(refusal_of(store).empty());
    CHECK(refusal_of(option("day", OptionType::date, "Doc").such_as("2024-01-31")).empty());
    CHECK(refusal_of(option("wait", OptionType::duration, "Doc").such_as("1s")).empty());
}

TEST_CASE("the options of a list of tables follow the rules, too") {
    const auto tables = [](std::vector<OptionInfo> nested) {
        OptionInfo list = option("parts", OptionType::tables, "Doc");
        list.nested = std::move(nested);
        return list;
    };
    // `type` belongs to the host in the node's table only.
    CHECK(refusal_of(tables({option("type", OptionType::text, "Doc")})).empty());
    CHECK_THAT(refusal_of(tables({option("fileName", OptionType::text, "Doc")})),
               Contains("option 'parts.fileName' is not named in lower_snake_case"));
    CHECK_THAT(refusal_of(tables({option("file", OptionType::text, "")})),
               Contains("option 'parts.file' has no documentation"));
    CHECK_THAT(refusal_of(tables({option("file", OptionType::text, "Doc"),
                                  option("file", OptionType::text, "Doc")})),
               Contains("option 'parts.file' is declared twice"));
    OptionInfo required = option("file", OptionType::text, "Doc");
    required.required = true;
    CHECK_THAT(refusal_of(tables({required})), Contains("option 'parts.file' is required but"));
    CHECK_THAT(refusal_of(tables({tables({option("file", OptionType::text, "Doc")})})),
               Contains("option 'parts.parts' is a list of tables inside a list of tables"));
    CHECK_THAT(refusal_of(tables({})), Contains("'parts' is a list of tables that have no"));
    OptionInfo text = option("file", OptionType::text, "Doc");
    text.nested = {option("part", OptionType::text, "Doc")};
    CHECK_THAT(refusal_of(text), Contains("has options of its own, though its type is text"));
    OptionInfo wrong = tables({option("file", OptionType::text, "Doc")});
    wrong.default_value = OptionValue{true};
    CHECK_THAT(refusal_of(wrong), Contains("default that is not of its type, tables"));
}

TEST_CASE("all that is wrong with a library is told at once") {
    Registry registry;
    CHECK_THROWS_WITH(registry.add({from("/a.so", type("Bad", NodeKind::sink)),
                                    from("/a.so", type("worse", NodeKind::sink,
                                                       {option("queue", OptionType::text, "")}))}),
                      Contains("'Bad'") && Contains("'worse'") && Contains("belongs to the host") &&
                          Contains("no documentation"));
}
