#include "plugins/search.hpp"

#include <catch2/catch.hpp>

#include "subjects.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using Catch::Matchers::Contains;
using subjects::TemporaryFolder;
using subjects::Variable;
namespace fs = std::filesystem;

TEST_CASE("only libraries are found, by name in each folder, in the folders' order") {
    const TemporaryFolder folder;
    folder.write("two/b.so", "");
    folder.write("two/a.so", "");
    folder.write("two/readme.md", "");
    folder.write("two/c.so.1", "");
    folder.write("two/deeper/d.so", "");
    fs::create_directories(folder.path() / "two/folder.so");
    folder.write("one/z.so", "");
    PluginSearch search;
    search.required = {folder.path() / "two"};
    search.optional = {folder.path() / "absent", folder.path() / "one"};
    CHECK(find_libraries(search) == std::vector<fs::path>{folder.path() / "two/a.so",
                                                          folder.path() / "two/b.so",
                                                          folder.path() / "one/z.so"});
}

TEST_CASE("a library that is reached twice is found once") {
    const TemporaryFolder folder;
    const fs::path library = folder.write("real/a.so", "");
    fs::create_directory_symlink(folder.path() / "real", folder.path() / "link");
    PluginSearch search;
    search.required = {folder.path() / "real", folder.path() / "link", folder.path() / "real/."};
    CHECK(find_libraries(search) == std::vector<fs::path>{library});
}

TEST_CASE("a folder that the user named must be there") {
    const TemporaryFolder folder;
    PluginSearch search;
    search.required = {folder.path() / "absent"};
    CHECK_THROWS_WITH(find_libraries(search), Contains("absent") && Contains("does not exist"));
    search.required = {folder.write("file", "")};
    CHECK_THROWS_WITH(find_libraries(search), Contains("file") && Contains("is not a folder"));
}

TEST_CASE("the default search has the user's folders, the environment's, then the program's") {
    const Variable path("TSFLOW_PLUGIN_PATH", "/x/one::/x/two:");
    const PluginSearch search = default_search({"mine"});
    CHECK(search.required == std::vector<fs::path>{"mine"});
    REQUIRE(search.optional.size() == 4);
    CHECK(search.optional[0] == "/x/one");
    CHECK(search.optional[1] == "/x/two");
    const fs::path prefix = fs::read_symlink("/proc/self/exe").parent_path().parent_path();
    CHECK(search.optional[2] == prefix / "plugins");
    CHECK_THAT(search.optional[3].string(), Catch::Matchers::StartsWith(prefix.string()) &&
                                                Catch::Matchers::EndsWith("/tsflow/plugins"));
    CHECK(search.inspector == "/proc/self/exe");
}

TEST_CASE("the cache lies where the XDG specification says") {
    const Variable home("HOME", "/home/someone");
    {
        const Variable cache("XDG_CACHE_HOME", "/var/cache/someone");
        CHECK(default_search({}).cache == "/var/cache/someone/tsflow/plugins");
    }
    const Variable cache("XDG_CACHE_HOME", "relative");
    CHECK(default_search({}).cache == "/home/someone/.cache/tsflow/plugins");
    const Variable homeless("HOME", "");
    CHECK(default_search({}).cache.empty());
}
