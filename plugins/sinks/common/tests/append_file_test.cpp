#include "common/append_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "sandbox.hpp"
#include "tsflow/error.hpp"
#include "tsflow/state.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using Catch::Matchers::Contains;

namespace {

std::string commit(AppendFile& file) {
    StateWriter state;
    file.commit(state);
    return state.bytes();
}

void restore(AppendFile& file, const std::string& bytes) {
    StateReader state(bytes);
    file.restore(state);
}

void add(AppendFile& file, const std::string& text) {
    file.next_batch() += text;
    file.keep();
}

// More than the file keeps in memory.
const std::string big(300'000, 'x');

}  // namespace

TEST_CASE("committed batches are in the file, in order") {
    const Sandbox box;
    AppendFile file;
    file.open(box / "new/folder/out.txt");
    file.start_anew();
    add(file, "one\n");
    add(file, big + "\n");
    add(file, "two\n");
    commit(file);
    CHECK(content(box / "new/folder/out.txt") == "one\n" + big + "\ntwo\n");
}

TEST_CASE("opening changes nothing, starting anew empties") {
    const Sandbox box;
    put(box / "out.txt", "old");
    AppendFile file;
    file.open(box / "out.txt");
    CHECK(content(box / "out.txt") == "old");
    file.start_anew();
    CHECK(content(box / "out.txt").empty());
}

TEST_CASE("half a batch is dropped when the next begins or a commit comes") {
    const Sandbox box;
    AppendFile file;
    file.open(box / "out.txt");
    file.start_anew();
    add(file, "one\n");
    file.next_batch() += "half";
    add(file, "two\n");
    file.next_batch() += "half";
    commit(file);
    CHECK(content(box / "out.txt") == "one\ntwo\n");
}

TEST_CASE("restoring cuts what was written after the commit") {
    const Sandbox box;
    std::string first;
    {
        AppendFile file;
        file.open(box / "out.txt");
        file.start_anew();
        add(file, "one\n");
        first = commit(file);
        add(file, big);
        commit(file);
    }
    AppendFile file;
    file.open(box / "out.txt");
    restore(file, first);
    CHECK(content(box / "out.txt") == "one\n");
    add(file, "two\n");
    commit(file);
    CHECK(content(box / "out.txt") == "one\ntwo\n");
}

TEST_CASE("restoring refuses a file that is not the one of the checkpoint") {
    const Sandbox box;
    std::string state;
    {
        AppendFile file;
        file.open(box / "out.txt");
        file.start_anew();
        add(file, "0123456789");
        state = commit(file);
    }
    AppendFile file;
    SECTION("a shorter one, with both numbers") {
        put(box / "out.txt", "0123");
        file.open(box / "out.txt");
        CHECK_THROWS_WITH(restore(file, state), Contains("holds 4 bytes") &&
                                                    Contains("at byte 10") &&
                                                    Contains("delete the pipeline's state"));
        CHECK(content(box / "out.txt") == "0123");
    }
    SECTION("a missing one") {
        std::filesystem::remove(box / "out.txt");
        file.open(box / "out.txt");
        CHECK_THROWS_WITH(restore(file, state), Contains("holds 0 bytes"));
    }
    SECTION("one with other bytes, which stay") {
        put(box / "out.txt", "0123456780 and more");
        file.open(box / "out.txt");
        CHECK_THROWS_WITH(restore(file, state), Contains("changed or replaced"));
        CHECK(content(box / "out.txt") == "0123456780 and more");
    }
    SECTION("a file in place of a stream") {
        AppendFile stream;
        stream.open("/dev/null");
        const std::string of_stream = commit(stream);
        file.open(box / "out.txt");
        CHECK_THROWS_WITH(restore(file, of_stream), Contains("was a stream"));
    }
}

TEST_CASE("a full disk leaves whole batches only, and the same batch can be written again") {
    const Sandbox box;
    AppendFile file;
    file.open(box / "out.txt");
    file.start_anew();
    add(file, big);       // 300,000 bytes are in the file
    add(file, "kept\n");  // in memory
    {
        const FileSizeLimit limit(400'000);
        file.next_batch() += big;
        CHECK_THROWS_AS(file.keep(), RetryableError);
        CHECK(content(box / "out.txt") == big);
        file.next_batch() += big;
        CHECK_THROWS_AS(file.keep(), RetryableError);
    }
    add(file, big);
    commit(file);
    CHECK(content(box / "out.txt") == big + "kept\n" + big);
}

TEST_CASE("a commit on a full disk can be repeated") {
    const Sandbox box;
    AppendFile file;
    file.open(box / "out.txt");
    file.start_anew();
    add(file, std::string(1000, 'a'));
    {
        const FileSizeLimit limit(500);
        StateWriter state;
        CHECK_THROWS_WITH(file.commit(state), Contains("out.txt") && Contains("too large"));
        CHECK(content(box / "out.txt").empty());
    }
    commit(file);
    CHECK(content(box / "out.txt") == std::string(1000, 'a'));
}

TEST_CASE("a stream that fails cannot be tried again, because a part may have gone out") {
    AppendFile file;
    file.open("/dev/full");
    CHECK(AppendFile::is_stream("/dev/full"));
    file.start_anew();
    add(file, "text");
    StateWriter state;
    try {
        file.commit(state);
        FAIL("nothing was thrown");
    } catch (const RetryableError&) {
        FAIL("it may not be tried again");
    } catch (const Error& error) {
        CHECK_THAT(error.what(), Contains("/dev/full") && Contains("No space left"));
    }
}

TEST_CASE("a named pipe takes rows and keeps no offset") {
    const Sandbox box;
    REQUIRE(::mkfifo((box / "pipe").c_str(), 0600) == 0);
    CHECK(AppendFile::is_stream(box / "pipe"));
    const int reader = ::open((box / "pipe").c_str(), O_RDONLY | O_NONBLOCK);
    AppendFile file;
    file.open(box / "pipe");
    file.start_anew();
    add(file, "one\n");
    const std::string state = commit(file);
    restore(file, state);
    add(file, "two\n");
    commit(file);
    char text[32] = {};
    CHECK(::read(reader, text, sizeof text) == 8);
    CHECK(std::string{text} == "one\ntwo\n");
    ::close(reader);
}

TEST_CASE("a file has one writer") {
    const Sandbox box;
    AppendFile first;
    AppendFile second;
    first.open(box / "out.txt");
    CHECK_THROWS_WITH(second.open(box / "out.txt"), Contains("another sink is writing"));
    first.close();
    CHECK_NOTHROW(second.open(box / "out.txt"));
}

TEST_CASE("paths that cannot be written are refused with the reason") {
    const Sandbox box;
    put(box / "file", "");
    AppendFile file;
    CHECK_THROWS_WITH(file.open(box.path()), Contains("Is a directory"));
    CHECK_THROWS_WITH(AppendFile::probe(box.path()), Contains("it is a folder"));
    CHECK_THROWS_WITH(file.open(box / "file/out.txt"), Contains("Not a directory"));
    CHECK_THROWS_WITH(AppendFile::probe(box / "file/out.txt"), Contains("is no folder"));
    const auto refused = [](auto call) {
        return as_stranger([&] {
            try {
                call();
            } catch (const Error& error) {
                return std::string{error.what()}.find("Permission denied") != std::string::npos ? 1
                                                                                                : 2;
            }
            return 0;
        });
    };
    std::filesystem::permissions(box.path(), std::filesystem::perms::none);
    CHECK(refused([&] { file.open(box / "out.txt"); }) == 1);
    std::filesystem::permissions(box.path(), std::filesystem::perms{0555});
    CHECK(refused([&] { AppendFile::probe(box / "out.txt"); }) == 1);
    std::filesystem::permissions(box.path(), std::filesystem::perms{0755});
}

TEST_CASE("probing makes nothing") {
    const Sandbox box;
    CHECK_NOTHROW(AppendFile::probe(box / "a/b/out.txt"));
    CHECK_NOTHROW(AppendFile::probe("-"));
    CHECK(std::filesystem::is_empty(box.path()));
}
