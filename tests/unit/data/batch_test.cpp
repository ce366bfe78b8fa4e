#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <thread>
#include <type_traits>
#include <vector>

#include "random_batch.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::test;
using Catch::Matchers::Equals;

namespace {

Batch numbers(std::vector<double> values) {
    BatchBuilder builder(Schema::make({{"x", Type::float64, true, "USD"}}));
    for (const double value : values) {
        builder.push(0, value);
    }
    return builder.finish();
}

bool aligned(const void* address) {
    return reinterpret_cast<std::uintptr_t>(address) % 64 == 0;
}

}  // namespace

TEST_CASE("a default batch has no schema and no rows") {
    const Batch none;
    CHECK_FALSE(none);
    CHECK(none.rows() == 0);
    CHECK(none.empty());
    CHECK(none.bytes() == 0);
    CHECK(none == Batch{});
    CHECK_FALSE(none == numbers({}));
    CHECK_FALSE(numbers({}) == none);
}

TEST_CASE("every buffer begins at a multiple of 64 bytes") {
    std::mt19937 random(3);
    for (const std::size_t rows : {0U, 1U, 7U, 64U, 1'000U}) {
        const Batch batch = random_batch(random, rows);
        CHECK(aligned(batch.column<bool>(0).data()));
        CHECK(aligned(batch.column<std::int64_t>(1).data()));
        CHECK(aligned(batch.column<double>(2).data()));
        CHECK(aligned(batch.column<Timestamp>(3).data()));
        CHECK(aligned(batch.column<Date>(4).data()));
        CHECK(aligned(batch.column<Symbol>(6).data()));
        if (rows > 0) {
            CHECK(aligned(batch.strings(5)[0].data()));
        }
    }
}

TEST_CASE("copies share the rows and moves leave nothing behind") {
    Batch batch = numbers({1, 2, 3});
    const Batch copy = batch;
    CHECK(copy.column<double>(0).data() == batch.column<double>(0).data());
    const Batch moved = std::move(batch);
    CHECK_FALSE(batch);  // NOLINT(bugprone-use-after-move): the state is promised
    CHECK(batch.rows() == 0);
    CHECK(moved == copy);
    batch = copy;
    CHECK(batch == copy);
    const Batch& itself = batch;
    batch = itself;
    CHECK(batch == copy);
    CHECK(std::is_nothrow_move_constructible_v<Batch>);
}

TEST_CASE("columns are read by their own type only") {
    const Batch batch = numbers({1});
    CHECK_THROWS_WITH(batch.column<std::int64_t>(0),
                      Equals("column 'x' is float64 and was used as int64"));
    CHECK_THROWS_WITH(batch.strings(0), Equals("column 'x' is float64 and was used as string"));
    CHECK_THROWS_WITH(batch.column<double>(1),
                      Equals("there is no column 1 in a schema of 1 columns (x: float64? [USD])"));
}

TEST_CASE("a slice shows its part of the rows without a copy") {
    std::mt19937 random(4);
    const Batch batch = random_batch(random, 100);
    const std::vector<Row> all = cells(batch);
    for (int i = 0; i < 200; ++i) {
        const std::size_t from = random() % 101;
        const std::size_t count = random() % (101 - from);
        const Batch part = batch.slice(from, count);
        REQUIRE(cells(part) == std::vector<Row>(all.begin() + static_cast<long>(from),
                                                all.begin() + static_cast<long>(from + count)));
        const Batch inner = part.slice(count / 2, count - count / 2);
        REQUIRE(cells(inner) == std::vector<Row>(all.begin() + static_cast<long>(from + count / 2),
                                                 all.begin() + static_cast<long>(from + count)));
        REQUIRE(part.bytes() == batch.bytes());
    }
    CHECK(batch.slice(3, 5).column<double>(2).data() == batch.column<double>(2).data() + 3);
}

TEST_CASE("a slice outlives the batch it came from") {
    Batch part;
    {
        const Batch batch = numbers({1, 2, 3});
        part = batch.slice(1, 1);
    }
    CHECK(part.column<double>(0)[0] == 2);
}

TEST_CASE("a slice beyond the batch is refused") {
    const Batch batch = numbers({1, 2, 3});
    CHECK_THROWS_WITH(batch.slice(2, 2), Equals("rows 2 to 4 do not lie within a batch of 3 rows"));
    CHECK_THROWS_AS(batch.slice(4, 0), Error);
    CHECK_THROWS_AS(batch.slice(1, std::numeric_limits<std::size_t>::max()), Error);
    CHECK(batch.slice(3, 0).empty());
    CHECK_THROWS_AS(batch.slice(1, 1).slice(0, 2), Error);
}

TEST_CASE("batches are equal by schema and values") {
    const double nan = std::nan("");
    CHECK(numbers({1, nan}) == numbers({1, nan}));
    CHECK_FALSE(numbers({1}) == numbers({2}));
    CHECK_FALSE(numbers({1}) == numbers({1, 1}));
    CHECK_FALSE(numbers({0.0}) == numbers({-0.0}));
    CHECK(numbers({9, 1, 9}).slice(1, 1) == numbers({1}));

    BatchBuilder other(Schema::make({{"x", Type::float64, true}}));
    other.push(0, 1.0);
    CHECK_FALSE(other.finish() == numbers({1}));

    BatchBuilder null(numbers({}).schema());
    null.push_null(0);
    CHECK_FALSE(null.finish() == numbers({0}));
}

TEST_CASE("equality agrees with the naive comparison of values") {
    std::mt19937 random(5);
    const Batch batch = random_batch(random, 60, 50);
    for (int i = 0; i < 500; ++i) {
        const std::size_t count = random() % 3;
        const Batch a = batch.slice(random() % 58, count);
        const Batch b = batch.slice(random() % 58, count);
        REQUIRE((a == b) == (cells(a) == cells(b)));
        std::vector<std::uint32_t> all(count);
        std::iota(all.begin(), all.end(), 0);
        REQUIRE(a == take(a, all));
    }
}

TEST_CASE("many threads may share and drop one batch") {
    const Batch batch = numbers({1, 2, 3, 4});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([batch] {
            for (int i = 0; i < 20'000; ++i) {
                const Batch copy = batch;
                const Batch part = copy.slice(1, 2);
                if (part.column<double>(0)[0] != 2) {
                    std::terminate();
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(batch == numbers({1, 2, 3, 4}));
}
