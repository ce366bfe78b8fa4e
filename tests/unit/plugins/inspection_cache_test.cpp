#include "plugins/inspection_cache.hpp"

#include <catch2/catch.hpp>
#include <sstream>
#include <thread>

#include "subjects.hpp"

using namespace tsflow;
using subjects::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream{file}.rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("a library that was added is known in later runs, until it changes") {
    const TemporaryFolder folder;
    const fs::path library = folder.write("with a blank.so", "one");
    const fs::path file = folder.path() / "cache" / "plugins";
    InspectionCache first(file);
    CHECK_FALSE(first.knows(InspectionCache::stamp(library)));
    first.add(InspectionCache::stamp(library));
    first.save();
    CHECK(InspectionCache(file).knows(InspectionCache::stamp(library)));

    SECTION("by size") {
        folder.write("with a blank.so", "longer");
    }
    SECTION("by time") {
        fs::last_write_time(library, fs::last_write_time(library) + std::chrono::nanoseconds{1});
    }
    SECTION("by going away") {
        fs::remove(library);
    }
    CHECK_FALSE(InspectionCache(file).knows(InspectionCache::stamp(library)));
}

TEST_CASE("what other build trees added stays, what is gone does not") {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "plugins";
    for (const char* name : {"a.so", "b.so"}) {
        InspectionCache cache(file);
        cache.add(InspectionCache::stamp(folder.write(name, name)));
        cache.save();
    }
    CHECK_THAT(text_of(file), Catch::Matchers::Contains("a.so"));
    fs::remove(folder.path() / "a.so");
    InspectionCache cache(file);
    cache.add(InspectionCache::stamp(folder.write("c.so", "")));
    cache.save();
    CHECK_THAT(text_of(file), !Catch::Matchers::Contains("a.so") &&
                                  Catch::Matchers::Contains("b.so") &&
                                  Catch::Matchers::Contains("c.so"));
}

TEST_CASE("a cache of another build or with other text counts for nothing") {
    const TemporaryFolder folder;
    const fs::path library = folder.write("a.so", "");
    const fs::path file = folder.path() / "plugins";
    InspectionCache cache(file);
    cache.add(InspectionCache::stamp(library));
    cache.save();
    std::string text = text_of(file);
    text.replace(text.find("ABI"), 3, "abi");
    folder.write("plugins", text);
    CHECK_FALSE(InspectionCache(file).knows(InspectionCache::stamp(library)));
    folder.write("plugins", "");
    CHECK_FALSE(InspectionCache(file).knows(InspectionCache::stamp(library)));
}

TEST_CASE("a cache that cannot be read or written is no error") {
    const TemporaryFolder folder;
    const InspectionCache::Stamp stamp = InspectionCache::stamp(folder.write("a.so", ""));
    // A file stands where the folder should be, which stops even the superuser.
    const fs::path file = folder.write("blocked", "") / "plugins";
    InspectionCache cache(file);
    cache.add(stamp);
    CHECK_NOTHROW(cache.save());
    CHECK_FALSE(InspectionCache(file).knows(stamp));
    InspectionCache none{fs::path{}};
    none.add(stamp);
    CHECK_NOTHROW(none.save());
}

TEST_CASE("readers see a whole cache while others replace it") {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "plugins";
    const auto stamp = [&](int i) { return folder.write(std::to_string(i) + ".so", ""); };
    const InspectionCache::Stamp always = InspectionCache::stamp(stamp(0));
    InspectionCache first(file);
    first.add(always);
    first.save();
    std::atomic<int> misses{0};
    {
        std::vector<std::jthread> processes;
        for (int i = 1; i <= 4; ++i) {
            processes.emplace_back([&, own = InspectionCache::stamp(stamp(i))] {
                for (int round = 0; round < 50; ++round) {
                    InspectionCache cache(file);
                    misses += cache.knows(always) ? 0 : 1;
                    cache.add(own);
                    cache.save();
                }
            });
        }
    }
    CHECK(misses == 0);
    for (const fs::directory_entry& entry : fs::directory_iterator(folder.path())) {
        CHECK((entry.path() == file || entry.path().extension() == ".so"));
    }
}
