#include <catch2/catch.hpp>

#include "random_batch.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::test;
using Catch::Matchers::Equals;

namespace {

SchemaPtr trades() {
    return Schema::make({{"symbol", Type::symbol},
                         {"price", Type::float64, true},
                         {"note", Type::string, true},
                         {"open", Type::boolean, true}});
}

}  // namespace

TEST_CASE("what is pushed comes out, column by column") {
    BatchBuilder builder(trades());
    builder.push(0, "MSFT");
    builder.push(1, 55.25);
    builder.push(2, "first");
    builder.push(3, true);
    builder.push(0, Symbol::intern("SPY"));
    builder.push_null(1);
    builder.push_null(2);
    builder.push_null(3);
    CHECK(builder.rows() == 2);
    const Batch batch = builder.finish();
    CHECK(builder.empty());

    CHECK(batch.rows() == 2);
    CHECK(batch.column<Symbol>(0)[1].text() == "SPY");
    CHECK(batch.column<double>(1)[0] == 55.25);
    CHECK(batch.strings(2)[0] == "first");
    CHECK(batch.column<bool>(3)[0]);
    CHECK_FALSE(batch.has_nulls(0));
    for (const std::size_t column : {1U, 2U, 3U}) {
        CHECK(batch.has_nulls(column));
        CHECK_FALSE(batch.is_null(column, 0));
        CHECK(batch.is_null(column, 1));
    }
    // Null rows hold zero.
    CHECK(batch.column<double>(1)[1] == 0);
    CHECK(batch.strings(2)[1].empty());
    CHECK_FALSE(batch.column<bool>(3)[1]);
}

TEST_CASE("many nulls at once are as many nulls one by one") {
    for (const std::size_t count : {1U, 8U, 9U, 40U}) {
        CAPTURE(count);
        for (const bool all_null : {true, false}) {
            BatchBuilder at_once(trades());
            BatchBuilder one_by_one(trades());
            for (BatchBuilder* builder : {&at_once, &one_by_one}) {
                if (!all_null) {
                    builder->push(1, 5.5);
                    builder->push(2, "note");
                    builder->push(3, true);
                }
                for (std::size_t column = 1; column < 4; ++column) {
                    if (builder == &at_once) {
                        builder->push_nulls(column, 0);
                        builder->push_nulls(column, count);
                    }
                    for (std::size_t i = 0; builder == &one_by_one && i < count; ++i) {
                        builder->push_null(column);
                    }
                }
                for (Symbol& symbol : builder->extend<Symbol>(0, count + (all_null ? 0 : 1))) {
                    symbol = Symbol{};
                }
                builder->truncate(count);
            }
            const Batch batch = at_once.finish();
            CHECK(batch.is_null(1, count - 1) == (all_null || count > 1));
            const Batch expected = one_by_one.finish();
            for (std::size_t column = 1; column < 4; ++column) {
                for (std::size_t row = 0; row < count; ++row) {
                    CHECK(batch.is_null(column, row) == expected.is_null(column, row));
                }
            }
            CHECK(batch.column<double>(1)[count - 1] == expected.column<double>(1)[count - 1]);
            CHECK(batch.strings(2)[count - 1] == expected.strings(2)[count - 1]);
        }
    }
    BatchBuilder builder(trades());
    CHECK_THROWS_AS(builder.push_nulls(0, 2), Error);
    CHECK(builder.empty());
}

TEST_CASE("texts that lie one behind the other are appended together") {
    BatchBuilder builder(Schema::make({{"text", Type::string, true}, {"x", Type::int64, true}}));
    builder.push(0, "first");
    const std::vector<std::int32_t> ends{3, 3, 8};
    builder.push_texts(0, "onethree", ends);
    builder.push_texts(0, "", {});
    builder.push_null(0);
    builder.push(0, "last");
    CHECK(builder.rows() == 6);
    CHECK_THROWS_AS(builder.push_texts(1, "a", std::vector<std::int32_t>{1}), Error);
    builder.push_nulls(1, 6);
    const Batch batch = builder.finish();
    const StringColumn texts = batch.strings(0);
    CHECK(texts[0] == "first");
    CHECK(texts[1] == "one");
    CHECK(texts[2].empty());
    CHECK(texts[3] == "three");
    CHECK(batch.is_null(0, 4));
    CHECK(texts[5] == "last");
}

TEST_CASE("a nullable column without nulls has no validity") {
    BatchBuilder builder(trades());
    builder.push(0, "MSFT");
    builder.push(1, 1.0);
    builder.push(2, "");
    builder.push(3, false);
    const Batch batch = builder.finish();
    for (std::size_t column = 0; column < 4; ++column) {
        CHECK_FALSE(batch.has_nulls(column));
    }
}

TEST_CASE("a builder starts anew after finish") {
    BatchBuilder builder(Schema::make({{"x", Type::string, true}}));
    builder.push_null(0);
    builder.push(0, "old");
    const Batch first = builder.finish();
    builder.push(0, "new");
    const Batch second = builder.finish();
    CHECK(second.rows() == 1);
    CHECK(second.strings(0)[0] == "new");
    CHECK_FALSE(second.has_nulls(0));
    CHECK(first.strings(0)[1] == "old");
    CHECK(builder.finish().empty());
    CHECK(builder.finish().schema() == builder.schema());
}

TEST_CASE("any number of rows keeps its values as the scratch space grows") {
    std::mt19937 random(6);
    for (const std::size_t rows : {0U, 1U, 7U, 8U, 9U, 63U, 64U, 65U, 511U, 513U, 5'000U}) {
        BatchBuilder builder(Schema::make({{"i", Type::int64}, {"s", Type::string}}));
        for (std::size_t row = 0; row < rows; ++row) {
            builder.push(0, static_cast<std::int64_t>(row * 3));
            builder.push(1, std::to_string(row));
        }
        const Batch batch = builder.finish();
        REQUIRE(batch.rows() == rows);
        for (std::size_t row = 0; row < rows; ++row) {
            REQUIRE(batch.column<std::int64_t>(0)[row] == static_cast<std::int64_t>(row * 3));
            REQUIRE(batch.strings(1)[row] == std::to_string(row));
        }
    }
}

TEST_CASE("rows copied from another batch are the same rows") {
    std::mt19937 random(7);
    const Batch batch = random_batch(random, 200);
    const Batch part = batch.slice(50, 100);
    BatchBuilder builder(every_type());
    for (std::size_t row = 0; row < part.rows(); ++row) {
        builder.push_row(part, row);
    }
    CHECK(builder.finish() == part);

    BatchBuilder one(Schema::make({{"x", Type::string, true}}));
    const std::size_t from = batch.schema()->index("string_or_null");
    one.push_from(0, batch, from, 3);
    CHECK(cells(one.finish())[0][0] == cells(batch)[3][from]);
}

TEST_CASE("truncate takes back what was pushed, also half a row") {
    std::mt19937 random(8);
    const Batch batch = random_batch(random, 40, 50);
    for (std::size_t keep = 0; keep <= batch.rows(); ++keep) {
        BatchBuilder builder(every_type());
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            builder.push_row(batch, row);
        }
        builder.push(0, true);
        builder.push(1, std::int64_t{1});
        builder.truncate(keep);
        builder.truncate(batch.rows() + 5);  // nothing to take back
        REQUIRE(builder.rows() == keep);
        if (keep < batch.rows()) {
            builder.push_row(batch, keep);
        }
        REQUIRE(builder.finish() == batch.slice(0, std::min(keep + 1, batch.rows())));
    }
}

TEST_CASE("extend gives room to fill a column at once") {
    BatchBuilder builder(Schema::make({{"x", Type::float64}}));
    builder.push(0, 1.0);
    const std::span<double> more = builder.extend<double>(0, 100);
    for (std::size_t i = 0; i < more.size(); ++i) {
        more[i] = static_cast<double>(i) + 2;
    }
    CHECK(builder.extend<double>(0, 0).empty());
    builder.push(0, 102.0);
    const Batch batch = builder.finish();
    REQUIRE(batch.rows() == 102);
    for (std::size_t i = 0; i < 102; ++i) {
        CHECK(batch.column<double>(0)[i] == static_cast<double>(i) + 1);
    }
    CHECK_THROWS_AS(builder.extend<bool>(0, 1), Error);
}

TEST_CASE("values of another type than the column's are refused") {
    BatchBuilder builder(trades());
    CHECK_THROWS_WITH(builder.push(1, std::int64_t{1}),
                      Equals("column 'price' is float64 and was used as int64"));
    CHECK_THROWS_WITH(builder.push(1, "1"),
                      Equals("column 'price' is float64 and was used as string"));
    CHECK_THROWS_WITH(builder.push_null(0),
                      Equals("column 'symbol' is not nullable and got a null"));
    BatchBuilder other(Schema::make({{"x", Type::int64, true}}));
    other.push(0, std::int64_t{1});
    const Batch integers = other.finish();
    CHECK_THROWS_AS(builder.push_from(1, integers, 0, 0), Error);
    CHECK(builder.empty());
}

TEST_CASE("columns of different length are refused and kept") {
    BatchBuilder builder(trades());
    builder.push(0, "MSFT");
    builder.push(1, 1.0);
    CHECK_THROWS_WITH(
        builder.finish(),
        Equals("column 'note' has 0 rows and column 'symbol' has 1; every row needs a "
               "value in each column"));
    CHECK(builder.rows() == 1);
    builder.push_null(2);
    builder.push_null(3);
    CHECK(builder.finish().rows() == 1);
}

TEST_CASE("texts beyond 2 GiB are refused before they are touched") {
    BatchBuilder builder(trades());
    builder.push(2, "abc");
    const char byte = 'x';
    CHECK_THROWS_WITH(
        builder.push(2, std::string_view(&byte, std::size_t{0x7fffffff} - 2)),
        Equals("the texts of column 'note' are 2147483648 bytes long; a batch holds at most "
               "2147483647, so use smaller batches"));
}

TEST_CASE("a moved builder goes on with its rows") {
    BatchBuilder builder(Schema::make({{"x", Type::int64}}));
    builder.push(0, std::int64_t{5});
    BatchBuilder moved = std::move(builder);
    moved.push(0, std::int64_t{6});
    BatchBuilder assigned(trades());
    assigned = std::move(moved);
    CHECK(assigned.finish().column<std::int64_t>(0)[1] == 6);
}

TEST_CASE("a schema without columns makes batches without rows") {
    BatchBuilder builder(Schema::make({}));
    CHECK(builder.empty());
    const Batch batch = builder.finish();
    CHECK(batch);
    CHECK(batch.rows() == 0);
}
