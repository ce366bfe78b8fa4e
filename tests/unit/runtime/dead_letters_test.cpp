#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "harness.hpp"
#include "runtime/dead_letters.hpp"
#include "runtime/letter_files.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::test;
using Catch::Matchers::Contains;

namespace {

LetterRules in_folder(const std::filesystem::path& folder) {
    LetterRules rules;
    rules.folder = folder;
    rules.origin = {"prod", "00ff", "0.1.0"};
    return rules;
}

std::vector<Letter> read(const std::filesystem::path& file) {
    std::vector<Letter> letters;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        letters.push_back(decode_letter(line));
    }
    return letters;
}

}  // namespace

TEST_CASE("Letters after the checkpoint are cut back, and their ids come again") {
    const TempFolder folder;
    const LetterRules rules = in_folder(folder.path());
    const std::filesystem::path file = folder.path() / "sources.a.0.jsonl";
    LettersState state;
    {
        DeadLetters letters("sources.a", rules);
        letters.add(Timestamp{}, "one,\"two\"", "is \\ odd");
        state = letters.commit();
        letters.add(Timestamp{}, "later", "odd");
        CHECK(letters.commit().length > state.length);
        CHECK(letters.count() == 2);
    }
    DeadLetters letters("sources.a", rules);
    letters.restore(state);
    CHECK(std::filesystem::file_size(file) == state.length);
    CHECK(letters.waiting() == 1);
    letters.add(Timestamp{}, "later", "odd");
    letters.commit();
    const std::vector<Letter> kept = read(file);
    REQUIRE(kept.size() == 2);
    CHECK(kept[0].raw == "one,\"two\"");
    CHECK(kept[0].reason == "is \\ odd");
    CHECK(kept[1].id == 2);
}

TEST_CASE("A file shorter than the checkpoint is an error") {
    const TempFolder folder;
    const LetterRules rules = in_folder(folder.path());
    DeadLetters letters("sinks.b", rules);
    LettersState state;
    state.length = 10;
    CHECK_THROWS_WITH(letters.restore(state), Contains("hold 0 bytes and the checkpoint 10"));
}

TEST_CASE("A folder that cannot be written is a passing failure, and no letter is lost") {
    const TempFolder folder;
    std::ofstream(folder.path() / "file") << "x";
    const LetterRules rules = in_folder(folder.path() / "file");
    DeadLetters letters("sinks.b", rules);
    letters.add(Timestamp{}, "raw", "reason");
    CHECK_THROWS_AS(letters.commit(), RetryableError);
    CHECK_FALSE(letters.blocked());  // there is room for more in memory
    const std::string large(1 << 20, 'x');
    for (int i = 0; i < 17; ++i) {
        letters.add(Timestamp{}, large, "reason");
    }
    REQUIRE(letters.blocked());
    CHECK_THAT(*letters.blocked(), Contains("cannot write the dead letters"));
    std::filesystem::remove(folder.path() / "file");
    CHECK_FALSE(letters.blocked());
    CHECK(letters.commit().count == 18);
    CHECK(read(folder.path() / "file" / "sinks.b.0.jsonl").size() == 18);
}

TEST_CASE("Without a folder letters are only counted") {
    const LetterRules rules;
    DeadLetters letters("sinks.b", rules);
    letters.add(Timestamp{}, "raw", "reason");
    CHECK(letters.commit() == LettersState{});
    CHECK(letters.count() == 1);
    CHECK_FALSE(letters.kept());
}

TEST_CASE("Letters that are taken out go with the checkpoint, and not before") {
    const TempFolder folder;
    const LetterRules rules = in_folder(folder.path());
    LettersState before;
    {
        DeadLetters letters("sinks.b", rules);
        for (const char* raw : {"1", "2", "3"}) {
            letters.add(Timestamp{}, raw, "reason");
        }
        before = letters.commit();
    }
    DeadLetters letters("sinks.b", rules);
    letters.restore(before);
    letters.take_out([](std::uint64_t id) { return id == 2; });
    letters.add(Timestamp{}, "4", "again");
    const LettersState after = letters.commit();
    CHECK(read(folder.path() / "sinks.b.0.jsonl").size() == 3);
    const std::vector<Letter> left = read(folder.path() / "sinks.b.1.jsonl");
    REQUIRE(left.size() == 3);
    CHECK(left[1].raw == "3");
    CHECK(left[2].id == 4);
    CHECK(after.count == 3);

    SECTION("stored") {
        letters.stored(after);
        CHECK_FALSE(std::filesystem::exists(folder.path() / "sinks.b.0.jsonl"));
    }
    SECTION("killed before") {
        DeadLetters restarted("sinks.b", rules);
        restarted.restore(before);
        CHECK(restarted.waiting() == 3);
        CHECK_FALSE(std::filesystem::exists(folder.path() / "sinks.b.1.jsonl"));
    }
}

TEST_CASE("At the limit the node is told, or the oldest letters go") {
    const TempFolder folder;
    LetterRules rules = in_folder(folder.path());
    rules.limit.max_bytes = 2'000;
    const std::string raw(200, 'x');
    SECTION("stop") {
        DeadLetters letters("sinks.b", rules);
        CHECK_THROWS_WITH(
            [&] {
                for (int i = 0; i < 10; ++i) {
                    letters.add(Timestamp{}, raw, "reason");
                }
            }(),
            Contains("its dead letters have reached 'max_bytes', 2000: mend the cause"));
        CHECK(letters.commit().length <= 2'000);
    }
    SECTION("drop_oldest") {
        rules.limit.drop_oldest = true;
        DeadLetters letters("sinks.b", rules);
        for (int i = 0; i < 100; ++i) {
            letters.add(Timestamp{}, raw, "reason");
        }
        const LettersState state = letters.commit();
        letters.stored(state);
        CHECK(state.length <= 2'000);
        CHECK(letters.dropped() + state.count == 100);
        const auto files = letter_files(folder.path());
        REQUIRE(files.size() == 1);
        const std::vector<Letter> left = read(files[0].path);
        CHECK(left.size() == state.count);
        CHECK(left.back().id == 100);
    }
    SECTION("one that is larger than all of it is kept without its record") {
        DeadLetters letters("sinks.b", rules);
        letters.add(Timestamp{}, std::string(3'000, 'x'), "reason");
        letters.commit();
        const std::vector<Letter> left = read(folder.path() / "sinks.b.0.jsonl");
        REQUIRE(left.size() == 1);
        CHECK(left[0].withheld == "it is larger than max_bytes, 2000");
        CHECK_FALSE(left[0].raw);
    }
}
