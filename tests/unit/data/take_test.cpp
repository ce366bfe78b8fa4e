#include <catch2/catch.hpp>
#include <vector>

#include "random_batch.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::test;
using Catch::Matchers::Equals;

TEST_CASE("take gives the asked rows in the asked order") {
    std::mt19937 random(9);
    for (int round = 0; round < 200; ++round) {
        const Batch batch = random_batch(random, 21 + random() % 80, random() % 101);
        const std::size_t from = random() % 20;
        const Batch source = batch.slice(from, batch.rows() - from);
        std::vector<std::uint32_t> rows(random() % 100);
        std::vector<Row> expected;
        const std::vector<Row> all = cells(source);
        for (std::uint32_t& row : rows) {
            row = static_cast<std::uint32_t>(random() % source.rows());
            expected.push_back(all[row]);
        }
        const Batch taken = take(source, rows);
        REQUIRE(cells(taken) == expected);
        REQUIRE(taken.schema() == source.schema());
        REQUIRE(take(source, {}).empty());
    }
}

TEST_CASE("taken rows without nulls have no validity") {
    BatchBuilder builder(Schema::make({{"x", Type::int64, true}}));
    builder.push(0, std::int64_t{1});
    builder.push_null(0);
    const Batch batch = builder.finish();
    CHECK_FALSE(take(batch, std::vector<std::uint32_t>{0, 0}).has_nulls(0));
    CHECK(take(batch, std::vector<std::uint32_t>{0, 1}).has_nulls(0));
    CHECK_FALSE(concat(std::vector{batch.slice(0, 1), batch.slice(0, 1)}).has_nulls(0));
}

TEST_CASE("taking a row that is not there is refused") {
    std::mt19937 random(10);
    const Batch batch = random_batch(random, 3);
    CHECK_THROWS_WITH(take(batch, std::vector<std::uint32_t>{0, 3}),
                      Equals("cannot take row 3 of a batch of 3 rows"));
    CHECK_THROWS_AS(take(batch.slice(0, 2), std::vector<std::uint32_t>{2}), Error);
    CHECK_THROWS_WITH(take(Batch{}, {}), Equals("cannot take rows of a batch that has no schema"));
}

TEST_CASE("concat joins the rows of all batches") {
    std::mt19937 random(11);
    for (int round = 0; round < 200; ++round) {
        std::vector<Batch> batches;
        std::vector<Row> expected;
        for (std::size_t n = 1 + random() % 5; n > 0; --n) {
            const Batch whole = random_batch(random, random() % 60, random() % 101);
            const std::size_t from = random() % (whole.rows() + 1);
            batches.push_back(whole.slice(from, random() % (whole.rows() + 1 - from)));
            const std::vector<Row> rows = cells(batches.back());
            expected.insert(expected.end(), rows.begin(), rows.end());
        }
        const Batch joined = concat(batches);
        REQUIRE(cells(joined) == expected);
        if (batches.size() == 1) {
            REQUIRE(joined == batches.front());
        }
    }
}

TEST_CASE("concat refuses no batches, batches without a schema and different schemas") {
    std::mt19937 random(12);
    const Batch batch = random_batch(random, 1);
    BatchBuilder other(Schema::make({{"x", Type::int64}}));
    CHECK_THROWS_WITH(concat({}),
                      Equals("cannot concatenate no batches: their schema would be unknown"));
    CHECK_THROWS_WITH(concat(std::vector{batch, Batch{}}),
                      Equals("cannot concatenate a batch that has no schema"));
    CHECK_THROWS_AS(concat(std::vector{Batch{}, batch}), Error);
    CHECK_THROWS_WITH(concat(std::vector{other.finish(), batch}),
                      Equals("cannot concatenate batches of different schemas: column 'x' is here "
                             "and not there"));
}

TEST_CASE("more text than a batch can hold is refused before it is copied") {
    BatchBuilder builder(Schema::make({{"x", Type::string}}));
    builder.push(0, std::string(1 << 20, 'x'));
    const Batch megabyte = builder.finish();
    const std::string message =
        "the texts of column 'x' are 2147483648 bytes long; a batch holds at most 2147483647, so "
        "use smaller batches";
    CHECK_THROWS_WITH(concat(std::vector<Batch>(2'048, megabyte)), Equals(message));
    CHECK_THROWS_WITH(take(megabyte, std::vector<std::uint32_t>(2'048, 0)), Equals(message));
}

TEST_CASE("more rows than a batch can count are refused before they are copied") {
    // A batch of no columns cannot hold rows, so the smallest rows are booleans.
    BatchBuilder builder(Schema::make({{"x", Type::boolean}}));
    for (bool& value : builder.extend<bool>(0, 1 << 20)) {
        value = false;
    }
    const Batch many = builder.finish();
    CHECK_THROWS_WITH(
        concat(std::vector<Batch>(4'096, many)),
        Equals("a batch cannot hold 4294967296 rows; at most 4294967295 are possible"));
}
