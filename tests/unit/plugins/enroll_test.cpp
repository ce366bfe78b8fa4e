#include "plugins/enroll.hpp"

#include <catch2/catch.hpp>

#include "node_types.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using Catch::Matchers::Contains;

namespace {

Manifest right() {
    return {TSFLOW_ABI,
            sizeof(Manifest),
            TSFLOW_BUILD_ID,
            "p",
            "1.2.3",
            [](Registrar& plugin) {
                plugin.add(node_types::type("made", NodeKind::sink)); }};
}

}  // namespace

TEST_CASE("a manifest of this host's own build has no mismatch") {
    CHECK(mismatches(right()).empty());
}

TEST_CASE("every mismatch is told with the numbers of both sides") {
    Manifest other = right();
    other.abi = 77;
    other.build_id = "clang-9 cxx11abi=0";
    CHECK_THAT(mismatches(other), Contains("ABI 77") &&
                                      Contains("has " + std::to_string(TSFLOW_ABI)) &&
                                      Contains("'clang-9 cxx11abi=0'") &&
                                      Contains("'" TSFLOW_BUILD_ID "'") && Contains("rebuild"));
    other.size = 16;
    CHECK_THAT(mismatches(other), Contains("ABI 77") && Contains("16 bytes") &&
                                      Contains("has " + std::to_string(sizeof(Manifest))));
    // Where the build id lies is then unknown.
    CHECK_THAT(mismatches(other), !Contains("clang-9"));
}

TEST_CASE("a manifest with holes is a mismatch") {
    Manifest broken = right();
    SECTION("name") {
        broken.name = nullptr;
    }
    SECTION("version") {
        broken.version = nullptr;
    }
    SECTION("build id") {
        broken.build_id = nullptr;
    }
    SECTION("enroll") {
        broken.enroll = nullptr;
    }
    CHECK_FALSE(mismatches(broken).empty());
}

TEST_CASE("enrolled types carry their plugin, version and library") {
    const std::vector<RegisteredType> types = enroll(right(), "/a/b.so");
    REQUIRE(types.size() == 1);
    CHECK(types[0].type.name == "made");
    CHECK(types[0].plugin == "p");
    CHECK(types[0].version == "1.2.3");
    CHECK(types[0].library == "/a/b.so");
}

TEST_CASE("what enroll throws is told with its type and text") {
    Manifest throwing = right();
    throwing.enroll = [](Registrar&) { throw std::out_of_range("beyond"); };
    CHECK_THROWS_WITH(enroll(throwing, "/a.so"), Contains("std::out_of_range: beyond"));
    throwing.enroll = [](Registrar&) { throw 42; };
    CHECK_THROWS_WITH(enroll(throwing, "/a.so"), Contains("threw") && Contains(": int"));
    throwing.enroll = [](Registrar&) {};
    CHECK_THROWS_WITH(enroll(throwing, "/a.so"), "it enrolled no node type");
}
