#include "seen_keys.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <unordered_map>

#include "tsflow/error.hpp"

using namespace tsflow;
using dedupe::Digest;
using dedupe::Entry;
using dedupe::SeenKeys;

namespace {

// Few low bits, so that keys crowd into the same slots.
Digest key(std::uint64_t number) {
    return {number & 7, number + 1};
}

}  // namespace

TEST_CASE("the table remembers what a map remembers, while time passes") {
    std::mt19937 random(7);
    SeenKeys seen;
    std::unordered_map<std::uint64_t, Entry> oracle;
    for (std::int64_t now = 0; now < 60'000; ++now) {
        const std::uint64_t number = random() % 3000;
        const std::int64_t horizon = now - 1000;
        seen.forget_until(horizon);
        const auto known = oracle.find(number);
        const bool expected = known != oracle.end() && known->second.time > horizon;
        Entry* found = seen.find(key(number));
        REQUIRE((found != nullptr) == expected);
        if (found != nullptr) {
            REQUIRE(found->row == known->second.row);
        } else {
            const Entry entry{key(number), random(), now};
            seen.insert(entry);
            oracle[number] = entry;
        }
    }
}

TEST_CASE("memory stays bounded however many keys pass") {
    SeenKeys seen;
    for (std::int64_t now = 0; now < 200'000; ++now) {
        seen.forget_until(now - 1000);
        const auto number = static_cast<std::uint64_t>(now);
        seen.insert({{number * 0x9E3779B97F4A7C15, number + 1}, 0, now});
    }
    CHECK(seen.size() == 1000);
    CHECK(seen.bytes() <= 4096 * sizeof(Entry));
}

TEST_CASE("the horizon never moves back") {
    SeenKeys seen;
    seen.insert({{1, 1}, 0, 50});
    seen.forget_until(49);
    CHECK(seen.find({1, 1}) != nullptr);
    seen.forget_until(50);
    seen.forget_until(10);
    CHECK(seen.find({1, 1}) == nullptr);
}

TEST_CASE("saved keys are found again") {
    SeenKeys seen;
    seen.forget_until(100);
    for (std::uint64_t i = 0; i < 5000; ++i) {
        seen.insert({key(i), i * 3, static_cast<std::int64_t>(i)});
    }
    StateWriter writer;
    seen.save(writer);
    SeenKeys restored;
    StateReader reader(writer.bytes());
    restored.load(reader);
    CHECK(reader.at_end());
    CHECK(restored.size() == 4899);
    CHECK(restored.find(key(100)) == nullptr);
    REQUIRE(restored.find(key(101)) != nullptr);
    CHECK(restored.find(key(4999))->row == 4999 * 3);
}

TEST_CASE("saved keys that are cut off are refused") {
    StateWriter writer;
    writer.integer(0);
    writer.text("thirty-one bytes are no entry..");
    SeenKeys seen;
    StateReader reader(writer.bytes());
    CHECK_THROWS_WITH(seen.load(reader), Catch::Contains("in the middle of an entry"));
}
