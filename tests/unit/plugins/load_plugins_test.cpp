#include "plugins/load_plugins.hpp"

#include <catch2/catch.hpp>

#include "subjects.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using subjects::TemporaryFolder;
using subjects::Variable;
namespace fs = std::filesystem;

TEST_CASE("broken libraries are refused, each with its reason, and the rest works") {
    const std::vector<std::string> broken{"aborts_in_static_constructor",
                                          "crashes_in_static_destructor",
                                          "enrolls_nothing",
                                          "exits_in_static_constructor",
                                          "missing_symbol",
                                          "not_a_library",
                                          "reserved_option",
                                          "segfaults_in_static_constructor",
                                          "throws_in_enroll",
                                          "throws_in_static_constructor",
                                          "undocumented",
                                          "unresolved_symbol",
                                          "wrong_abi",
                                          "wrong_build_id"};
    std::vector<std::string> names = broken;
    names.push_back("good");
    const Registry registry = load_plugins(subjects::search(names));
    CHECK(registry.names() == std::vector<std::string>{"good_sink", "good_transform"});
    CHECK(registry.find("good_sink")->plugin == "good");
    CHECK(registry.find("good_sink")->version == "1.2.3");
    CHECK(registry.find("good_sink")->library == subjects::library("good"));
    REQUIRE(registry.refusals().size() == broken.size());
    for (std::size_t i = 0; i < broken.size(); ++i) {
        CHECK(registry.refusals()[i].library == subjects::library(broken[i]));
        CHECK_THAT(registry.refusals()[i].reason, !Contains("could not be inspected"));
    }
}

TEST_CASE("a library that hangs is refused and the rest works") {
    PluginSearch search = subjects::search({"hangs_in_static_constructor", "good"});
    search.inspection_timeout = 3s;
    const Registry registry = load_plugins(search);
    CHECK(registry.names().size() == 2);
    REQUIRE(registry.refusals().size() == 1);
    CHECK_THAT(registry.refusals()[0].reason, Contains("did not come back"));
}

TEST_CASE("the library found first keeps its types; both are named") {
    const Registry registry = load_plugins(subjects::search({"good", "duplicate_type"}));
    CHECK(registry.names() == std::vector<std::string>{"good_sink", "good_transform"});
    REQUIRE(registry.refusals().size() == 1);
    CHECK_THAT(registry.refusals()[0].reason,
               Contains("'good_sink'") && Contains(subjects::library("good").string()) &&
                   Contains(subjects::library("duplicate_type").string()));

    const Registry other = load_plugins(subjects::search({"duplicate_type", "good"}));
    CHECK(other.names() == std::vector<std::string>{"duplicate_type_own", "good_sink"});
}

TEST_CASE("libraries that passed are not inspected again until they change") {
    const TemporaryFolder folder;
    fs::copy(subjects::library("good"), folder.path() / "copy.so");
    PluginSearch search;
    search.required = {folder.path()};
    search.cache = folder.path() / "cache";
    // Inspects, and leaves a byte for each time.
    const fs::path count = folder.write("count", "");
    search.inspector =
        folder.write("inspector", "#!/bin/sh\nprintf x >>'" + count.string() + "'\nexec '" +
                                      subjects::inspector().string() + "' \"$@\"\n");
    fs::permissions(search.inspector, fs::perms::owner_all);

    CHECK(load_plugins(search).names().size() == 2);
    CHECK(fs::file_size(count) == 1);
    CHECK(load_plugins(search).names().size() == 2);
    CHECK(fs::file_size(count) == 1);
    fs::last_write_time(folder.path() / "copy.so", fs::file_time_type::clock::now() + 1h);
    CHECK(load_plugins(search).names().size() == 2);
    CHECK(fs::file_size(count) == 2);
}

TEST_CASE("of known libraries only those are loaded that provide what is wanted") {
    const TemporaryFolder folder;
    for (const char* name : {"good", "duplicate_type"}) {
        fs::create_directories(folder.path() / name);
        fs::copy(subjects::library(name), folder.path() / name / "copy.so");
    }
    PluginSearch search;
    search.required = {folder.path() / "good"};
    search.inspector = subjects::inspector();
    search.cache = folder.path() / "cache";
    using Names = std::vector<std::string>;
    const Names all{"good_sink", "good_transform"};
    const auto loaded = [&](const std::set<std::string>& types) {
        return load_plugins(search, types).names();
    };
    search.remember = false;
    CHECK(loaded({}) == all);  // nothing is known yet
    CHECK(loaded({}) == all);  // nor was it noted
    search.remember = true;
    CHECK(loaded({}) == all);
    CHECK(loaded({}).empty());
    CHECK(loaded({"good_sink"}) == all);
    CHECK(loaded({"good_sink", "absent"}) == all);
    CHECK(load_plugins(search).names() == all);
    fs::last_write_time(folder.path() / "good" / "copy.so", fs::file_time_type::clock::now() + 1h);
    CHECK(loaded({}) == all);
    CHECK(loaded({}).empty());
    // One that is refused is told of in every run.
    search.required.push_back(folder.path() / "duplicate_type");
    for (int run = 0; run < 3; ++run) {
        CHECK(load_plugins(search, {"good_sink"}).refusals().size() == 1);
    }
}

TEST_CASE("why a library is refused is said in every run") {
    const TemporaryFolder folder;
    PluginSearch search = subjects::search({"aborts_in_static_constructor"});
    search.cache = folder.path() / "cache";
    for (int run = 0; run < 2; ++run) {
        const Registry registry = load_plugins(search);
        REQUIRE(registry.refusals().size() == 1);
        CHECK_THAT(registry.refusals()[0].reason, Contains("SIGABRT"));
    }
}

TEST_CASE("no libraries make an empty registry") {
    const Registry registry = load_plugins({});
    CHECK(registry.all().empty());
    CHECK(registry.refusals().empty());
}

TEST_CASE("a process that was started to inspect does not start inspections") {
    const Variable inspecting("TSFLOW_INSPECTING", "1");
    CHECK_THROWS_WITH(load_plugins({}), Contains("__inspect"));
}
