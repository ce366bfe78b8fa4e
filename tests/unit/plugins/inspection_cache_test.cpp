#include "plugins/inspection_cache.hpp"

#include <atomic>
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

/// A cache in `file` for inspections by `inspector`, which most tests need not have.
InspectionCache cache_in(const fs::path& file, const fs::path& inspector = "/no/inspector") {
    return {file, inspector};
}

bool knows(const InspectionCache& cache, const fs::path& library) {
    return cache.knows(library, InspectionCache::stamp(library));
}

void add(InspectionCache& cache, const fs::path& library) {
    cache.add(library, InspectionCache::stamp(library));
}

}  // namespace

TEST_CASE("a library that was added is known in later runs, until it changes") {
    const TemporaryFolder folder;
    const fs::path library = folder.write("with a blank.so", "one");
    const fs::path inspector = folder.write("inspector", "one");
    const fs::path file = folder.path() / "cache" / "plugins";
    InspectionCache first = cache_in(file, inspector);
    CHECK_FALSE(knows(first, library));
    add(first, library);
    first.save();
    CHECK(knows(cache_in(file, inspector), library));

    SECTION("by size") {
        folder.write("with a blank.so", "longer");
    }
    SECTION("by time") {
        fs::last_write_time(library, fs::last_write_time(library) + std::chrono::nanoseconds{1});
    }
    SECTION("by going away") {
        fs::remove(library);
    }
    SECTION("or its inspector does") {
        folder.write("inspector", "newer");
    }
    CHECK_FALSE(knows(cache_in(file, inspector), library));
}

TEST_CASE("what a library provides is known when it was told, and as long as the library is") {
    const TemporaryFolder folder;
    const fs::path library = folder.write("with a blank.so", "one");
    const fs::path other = folder.write("other.so", "one");
    const fs::path file = folder.path() / "plugins";
    const auto types = [&](const fs::path& of) {
        return cache_in(file).types(of, InspectionCache::stamp(of));
    };
    InspectionCache cache = cache_in(file);
    cache.provides(library, {"not", "known"});
    add(cache, library);
    add(cache, other);
    cache.save();
    CHECK(types(library).empty());
    cache.provides(library, {"bars", "bars_2"});
    cache.save();
    CHECK(types(library) == std::vector<std::string>{"bars", "bars_2"});
    CHECK(types(other).empty());
    folder.write("with a blank.so", "longer");
    CHECK(types(library).empty());
}

TEST_CASE("what other build trees added stays, what is gone does not") {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "plugins";
    for (const char* name : {"a.so", "b.so"}) {
        InspectionCache cache =
            cache_in(file, folder.write(std::string{name} + ".inspector", name));
        add(cache, folder.write(name, name));
        cache.save();
    }
    CHECK_THAT(text_of(file), Catch::Matchers::Contains("a.so"));
    fs::remove(folder.path() / "a.so");
    InspectionCache cache = cache_in(file);
    add(cache, folder.write("c.so", ""));
    cache.save();
    CHECK_THAT(text_of(file), !Catch::Matchers::Contains("a.so") &&
                                  Catch::Matchers::Contains("b.so") &&
                                  Catch::Matchers::Contains("c.so"));
    CHECK(knows(cache_in(file, folder.path() / "b.so.inspector"), folder.path() / "b.so"));
}

TEST_CASE("a cache of another build or with other text counts for nothing") {
    const TemporaryFolder folder;
    const fs::path library = folder.write("a.so", "");
    const fs::path file = folder.path() / "plugins";
    InspectionCache cache = cache_in(file);
    add(cache, library);
    cache.save();
    std::string text = text_of(file);
    text.replace(text.find("ABI"), 3, "abi");
    folder.write("plugins", text);
    CHECK_FALSE(knows(cache_in(file), library));
    folder.write("plugins", "");
    CHECK_FALSE(knows(cache_in(file), library));
}

TEST_CASE("a cache that cannot be read or written is no error") {
    const TemporaryFolder folder;
    const fs::path library = folder.write("a.so", "");
    // A file stands where the folder should be, which stops even the superuser.
    const fs::path file = folder.write("blocked", "") / "plugins";
    InspectionCache cache = cache_in(file);
    add(cache, library);
    CHECK_NOTHROW(cache.save());
    CHECK_FALSE(knows(cache_in(file), library));
    InspectionCache none = cache_in({});
    add(none, library);
    CHECK_NOTHROW(none.save());
}

TEST_CASE("readers see a whole cache while others replace it") {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "plugins";
    const fs::path always = folder.write("always.so", "");
    InspectionCache first = cache_in(file);
    add(first, always);
    first.save();
    std::atomic<int> misses{0};
    {
        std::vector<std::jthread> processes;
        for (int i = 1; i <= 4; ++i) {
            processes.emplace_back([&, own = folder.write(std::to_string(i) + ".so", "")] {
                for (int round = 0; round < 50; ++round) {
                    InspectionCache cache = cache_in(file);
                    misses += knows(cache, always) ? 0 : 1;
                    add(cache, own);
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
