// Types cross the border between host and plugin: exceptions are caught by type, nodes cast.
#include <catch2/catch.hpp>

#include "plugins/load_plugins.hpp"
#include "subjects.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;

namespace {

std::unique_ptr<Node> make(const std::string& type, const OptionValues& values) {
    static const Registry registry = load_plugins(subjects::search({"good"}));
    REQUIRE(registry.find(type) != nullptr);
    OptionProblems problems;
    std::unique_ptr<Node> node = registry.find(type)->type.make(values, problems);
    REQUIRE(node != nullptr);
    return node;
}

std::unique_ptr<Node> sink_that_throws(const std::string& what) {
    return make("good_sink", {{"throws", OptionValue{what}}});
}

}  // namespace

TEST_CASE("a node of a plugin casts to what it is and to nothing else") {
    const std::unique_ptr<Node> sink = sink_that_throws("nothing");
    CHECK(dynamic_cast<Sink*>(sink.get()) != nullptr);
    CHECK(dynamic_cast<Source*>(sink.get()) == nullptr);
    CHECK(dynamic_cast<Transform*>(sink.get()) == nullptr);
    CHECK(dynamic_cast<Transform*>(make("good_transform", {}).get()) != nullptr);
}

TEST_CASE("an exception of the SDK thrown in a plugin is caught by its type in the host") {
    try {
        dynamic_cast<Sink&>(*sink_that_throws("config_error")).bind({});
        FAIL("nothing was thrown");
    } catch (const ConfigError& error) {
        CHECK(error.option() == "path");
        CHECK(error.offset() == 4);
    }
    CHECK_THROWS_AS(dynamic_cast<Sink&>(*sink_that_throws("retryable_error")).bind({}),
                    RetryableError);
    CHECK_THROWS_AS(dynamic_cast<Sink&>(*sink_that_throws("std")).bind({}), std::out_of_range);
}
