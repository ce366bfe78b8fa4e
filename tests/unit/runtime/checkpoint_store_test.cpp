#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "harness.hpp"
#include "runtime/checkpoint_store.hpp"
#include "runtime/crc32c.hpp"

using namespace tsflow;
using namespace tsflow::test;

namespace {

StoredCheckpoint example() {
    StoredCheckpoint checkpoint;
    checkpoint.id = 7;
    checkpoint.pipeline = "prod";
    checkpoint.taken = Timestamp{std::chrono::seconds{1'460'727'000}};
    checkpoint.nodes["sources.a"] = {"count", std::string("\0\1\2", 3), 0};
    checkpoint.nodes["sinks.b"] = {"csv", "", 99};
    return checkpoint;
}

std::string read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::filesystem::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
}

}  // namespace

TEST_CASE("CRC-32C gives the values of RFC 3720 B.4") {
    CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AA);
    CHECK(crc32c(std::string(32, '\xFF')) == 0x62A8AB43);
    CHECK(crc32c("123456789") == 0xE3069283);
    CHECK(crc32c("") == 0);
}

TEST_CASE("A checkpoint reads back as it was saved, and the last one saved is read") {
    const TempFolder folder;
    const CheckpointStore store(folder.path());
    CHECK_FALSE(store.load());
    StoredCheckpoint first = example();
    store.save(first);
    CHECK(store.load() == first);
    first.id = 8;
    store.save(first);
    CHECK(store.load()->id == 8);
}

TEST_CASE("A damaged checkpoint is refused, whatever byte it is") {
    const TempFolder folder;
    const CheckpointStore store(folder.path());
    store.save(example());
    const std::filesystem::path file = folder.path() / "checkpoint";
    const std::string good = read(file);
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x20);
        write(file, bad);
        CHECK_THROWS_WITH(store.load(), Catch::Contains("remove its folder to start"));
    }
    for (const std::size_t length : {std::size_t{0}, std::size_t{5}, good.size() - 1}) {
        write(file, good.substr(0, length));
        CHECK_THROWS_WITH(store.load(), Catch::Contains(file.string()));
    }
}

TEST_CASE("A checkpoint that cannot be written leaves the last one") {
    const TempFolder folder;
    const CheckpointStore store(folder.path());
    store.save(example());
    // A folder in the way of the temporary file: also root cannot write through it.
    std::filesystem::create_directory(folder.path() / "checkpoint.tmp");
    StoredCheckpoint next = example();
    next.id = 8;
    CHECK_THROWS_WITH(store.save(next), Catch::Contains("cannot create"));
    CHECK(store.load()->id == 7);
}
