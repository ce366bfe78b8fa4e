#include "digest.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <utility>
#include <vector>

#include "tsflow/builder.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using dedupe::Digest;
using dedupe::Digester;

namespace {

std::vector<Digest> digests(const Batch& batch, std::vector<std::size_t> columns) {
    std::vector<Digest> result(batch.rows());
    Digester{std::move(columns)}.run(batch, 0, batch.rows(), result.data());
    return result;
}

}  // namespace

TEST_CASE("rows have one digest exactly when their values are equal") {
    const Batch batch = testing::table(R"(
        s:symbol t:string?  i:int64? f:float64? b:bool? d:date      at:timestamp
        A        x          1        0.5        true    2016-04-15  2016-04-15T13:30:00Z
        A        x          1        0.5        true    2016-04-15  2016-04-15T13:30:00Z
        B        x          1        0.5        true    2016-04-15  2016-04-15T13:30:00Z
        A        y          1        0.5        true    2016-04-15  2016-04-15T13:30:00Z
        A        null       1        0.5        true    2016-04-15  2016-04-15T13:30:00Z
        A        ""         1        0.5        true    2016-04-15  2016-04-15T13:30:00Z
        A        x          2        0.5        true    2016-04-15  2016-04-15T13:30:00Z
        A        x          null     0.5        true    2016-04-15  2016-04-15T13:30:00Z
        A        x          0        0.5        true    2016-04-15  2016-04-15T13:30:00Z
        A        x          1        0.25       true    2016-04-15  2016-04-15T13:30:00Z
        A        x          1        null       true    2016-04-15  2016-04-15T13:30:00Z
        A        x          1        0.5        false   2016-04-15  2016-04-15T13:30:00Z
        A        x          1        0.5        null    2016-04-15  2016-04-15T13:30:00Z
        A        x          1        0.5        true    2016-04-16  2016-04-15T13:30:00Z
        A        x          1        0.5        true    2016-04-15  2016-04-15T13:31:00Z
    )");
    const auto all = digests(batch, {0, 1, 2, 3, 4, 5, 6});
    CHECK(all[0] == all[1]);
    std::set<std::pair<std::uint64_t, std::uint64_t>> different;
    for (const Digest& digest : all) {
        different.insert({digest.a, digest.b});
    }
    CHECK(different.size() == all.size() - 1);
}

TEST_CASE("only the chosen columns count, and a slice is read from where it starts") {
    const Batch batch = testing::table(R"(
        s:symbol x:int64?
        A        1
        A        null
        A        1
    )");
    const auto chosen = digests(batch, {0});
    CHECK(chosen[0] == chosen[1]);
    const auto whole = digests(batch, {0, 1});
    CHECK(whole[0] != whole[1]);
    CHECK(digests(batch.slice(1, 2), {0, 1}) == std::vector<Digest>{whole[1], whole[2]});
}

TEST_CASE("digests of a symbol hang on its text, not on its code") {
    BatchBuilder builder(testing::schema("s:symbol t:string"));
    for (const char* text : {"DIGEST-TEST-1", "DIGEST-TEST-2", "a longer text than eight bytes"}) {
        builder.push(0, text);
        builder.push(1, text);
    }
    const Batch batch = builder.finish();
    // A string has no code, so equal digests mean that the code plays no part.
    CHECK(digests(batch, {0}) == digests(batch, {1}));
}

TEST_CASE("a million neighbouring keys have a million digests in both halves") {
    BatchBuilder builder(testing::schema("i:int64 f:float64"));
    for (std::int64_t i = 0; i < 1000; ++i) {
        for (int j = 0; j < 1000; ++j) {
            builder.push(0, i * 60'000'000'000);
            builder.push(1, j * 0.01);
        }
    }
    std::vector<std::uint64_t> a, b;
    for (const Digest& digest : digests(builder.finish(), {0, 1})) {
        a.push_back(digest.a);
        b.push_back(digest.b);
    }
    for (auto* half : {&a, &b}) {
        std::sort(half->begin(), half->end());
        CHECK(std::adjacent_find(half->begin(), half->end()) == half->end());
    }
}
