#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include "key_order.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using timescale::KeyOrder;
using timescale::order_by_key;
using timescale::RowList;

namespace {

/// All rows of `batch`, in pieces of so many.
RowList in_pieces(const Batch& batch, std::size_t piece = 100'000) {
    RowList list;
    for (std::size_t first = 0; first < batch.rows(); first += piece) {
        list.push_back({batch.slice(first, std::min(piece, batch.rows() - first)), {}});
        list.back().rows.resize(list.back().batch.rows());
        std::iota(list.back().rows.begin(), list.back().rows.end(), 0U);
    }
    return list;
}

KeyOrder order_of(const Batch& batch, std::size_t piece = 100'000) {
    return order_by_key(in_pieces(batch, piece), batch.schema()->key());
}

using Places = std::vector<std::uint32_t>;

const std::string bars = "symbol:symbol/key time:timestamp/key/event_time close:float64\n";

}  // namespace

TEST_CASE("rows are ordered by day, symbol and time") {
    const Batch batch = table(bars +
                              "ZZ 2024-03-05T14:30:00Z 1\n"
                              "B 2024-03-05T14:31:00Z 2\n"
                              "AA 2024-03-06T14:30:00Z 3\n"
                              "B 2024-03-05T14:30:00Z 4\n"
                              "AA 2024-03-05T14:30:00Z 5\n");
    for (const std::size_t piece : {1, 2, 5}) {
        const KeyOrder order = order_of(batch, piece);
        CHECK(order.places == Places{4, 3, 1, 0, 2});
        CHECK(order.distinct);
    }
}

TEST_CASE("rows that were left out have no place") {
    RowList list = in_pieces(table(bars + "C 2024-03-05T14:30:00Z 1\n"
                                          "B 2024-03-05T14:30:00Z 2\n"
                                          "A 2024-03-05T14:30:00Z 3\n"));
    list.front().rows = {0, 2};
    CHECK(order_by_key(list, list.front().batch.schema()->key()).places == Places{1, 0});
    list.front().rows.clear();
    CHECK(order_by_key(list, list.front().batch.schema()->key()).places.empty());
}

TEST_CASE("keys are known to be distinct only when they are") {
    SECTION("a key twice") {
        CHECK_FALSE(order_of(table(bars + "A 2024-03-05T14:30:00Z 1\n"
                                          "A 2024-03-05T14:30:00Z 2\n"))
                        .distinct);
    }
    SECTION("twice to the server, whose times are microseconds") {
        CHECK_FALSE(order_of(table(bars + "A 2024-03-05T14:30:00.000000001Z 1\n"
                                          "A 2024-03-05T14:30:00.000000002Z 2\n"))
                        .distinct);
    }
    SECTION("twice, on days that are not in the key") {
        CHECK_FALSE(order_of(table("symbol:symbol/key number:int64/key time:timestamp/event_time\n"
                                   "A 7 2024-03-05T14:30:00Z\n"
                                   "A 7 2024-03-06T14:30:00Z\n"))
                        .distinct);
        CHECK_FALSE(order_of(table("symbol:symbol/key time:timestamp/event_time\n"
                                   "A 2024-03-05T14:30:00Z\n"
                                   "A 2024-03-06T14:30:00Z\n"))
                        .distinct);
    }
    SECTION("a symbol alone") {
        CHECK(order_of(table("symbol:symbol/key value:int64\nB 1\nA 2\n")).distinct);
        CHECK_FALSE(order_of(table("symbol:symbol/key value:int64\nA 1\nA 2\n")).distinct);
    }
    SECTION("a date") {
        const std::string head = "symbol:symbol/key date:date/key value:int64\n";
        const KeyOrder order = order_of(table(head + "A 2024-03-06 1\nA 2024-03-05 2\n"));
        CHECK(order.distinct);
        CHECK(order.places == Places{1, 0});
    }
    SECTION("with a third field") {
        CHECK_FALSE(order_of(table("symbol:symbol/key number:int64/key side:string/key\n"
                                   "A 1 bid\nA 2 ask\n"))
                        .distinct);
    }
    SECTION("with a text") {
        const KeyOrder order = order_of(table("symbol:symbol/key side:string/key\nB x\nA y\n"));
        CHECK_FALSE(order.distinct);
        CHECK(order.places == Places{1, 0});
    }
}

TEST_CASE("rows whose key does not begin with a symbol stay as they came") {
    const KeyOrder order =
        order_of(table("time:timestamp/key/event_time symbol:symbol/key\n"
                       "2024-03-05T14:31:00Z A\n"
                       "2024-03-05T14:30:00Z B\n"));
    CHECK(order.places.empty());
    CHECK_FALSE(order.distinct);
}

TEST_CASE("few rows of many days are ordered by symbol and time alone") {
    CHECK(order_of(table(bars + "B 1990-03-05T14:30:00Z 1\n"
                                "A 2024-03-05T14:30:00Z 2\n"
                                "A 2001-03-05T14:30:00Z 3\n"))
              .places == Places{2, 1, 0});
}

TEST_CASE("the order is that of a stable sort of all rows") {
    const SchemaPtr schema =
        Schema::make({{.name = "symbol", .type = Type::symbol, .key = true},
                      {.name = "time", .type = Type::timestamp, .key = true, .event_time = true}});
    const Timestamp start = parse_timestamp("2024-03-05T00:00:00Z").value();
    BatchBuilder builder(schema);
    std::vector<std::tuple<std::int64_t, std::string, Timestamp, std::uint32_t>> expected;
    for (std::uint32_t row = 0; row < 4'000; ++row) {
        const std::string symbol = "S" + std::to_string(row * 7 / 3 % 31);
        // Each minute once, in an order that is nearly theirs.
        const Timestamp time = start + std::chrono::minutes{row % 6 < 2 ? row ^ 1 : row};
        builder.push(0, symbol);
        builder.push(1, time);
        const auto day = std::chrono::floor<Date::duration>(time).time_since_epoch().count();
        expected.emplace_back(day, symbol, time, row);
    }
    std::stable_sort(expected.begin(), expected.end());
    Places places;
    for (const auto& row : expected) {
        places.push_back(std::get<3>(row));
    }
    const Batch batch = builder.finish();
    for (const std::size_t piece : {4'000, 1'000, 7}) {
        CHECK(order_of(batch, piece).places == places);
    }
}
