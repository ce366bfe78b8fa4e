#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "harness.hpp"
#include "runtime/dead_letters.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::test;

TEST_CASE("Letters after the checkpoint are cut back") {
    const TempFolder folder;
    const std::filesystem::path file = folder.path() / "sources.a.jsonl";
    std::uint64_t length = 0;
    {
        DeadLetters letters("sources.a", folder.path());
        letters.add(Timestamp{}, "one,\"two\"", "is \\ odd");
        length = letters.commit();
        letters.add(Timestamp{}, "later", "odd");
        CHECK(letters.commit() > length);
        CHECK(letters.count() == 2);
    }
    DeadLetters letters("sources.a", folder.path());
    letters.restore(length);
    CHECK(std::filesystem::file_size(file) == length);
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    CHECK(line == R"({"time":"1970-01-01T00:00:00Z","node":"sources.a","reason":"is \\ odd",)"
                  R"("raw":"one,\"two\""})");
}

TEST_CASE("A file shorter than the checkpoint is an error") {
    const TempFolder folder;
    DeadLetters letters("sinks.b", folder.path());
    CHECK_THROWS_WITH(letters.restore(10), Catch::Contains("hold 0 bytes and the checkpoint 10"));
}

TEST_CASE("A folder that cannot be written is a passing failure") {
    const TempFolder folder;
    std::ofstream(folder.path() / "file") << "x";
    DeadLetters letters("sinks.b", folder.path() / "file");
    letters.add(Timestamp{}, "raw", "reason");
    CHECK_THROWS_AS(letters.commit(), RetryableError);
}

TEST_CASE("Without a folder letters are only counted") {
    DeadLetters letters("sinks.b", std::nullopt);
    letters.add(Timestamp{}, "raw", "reason");
    CHECK(letters.commit() == 0);
    CHECK(letters.count() == 1);
    CHECK_FALSE(letters.kept());
}
