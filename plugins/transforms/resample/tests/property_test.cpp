// Random rows in random order and batches, against a map from group, window and time to the last row.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "resample.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using resample::Resample;

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t window_length = 300 * second;

struct Row {
    std::string symbol;
    std::int64_t time = 0;
    double price = 0;
    std::optional<std::int64_t> volume;
};

struct Bar {
    double open = 0, high = 0, low = 0, close = 0;
    std::optional<std::int64_t> volume;
    bool operator==(const Bar&) const = default;
};
using Bars = std::map<std::pair<std::int64_t, std::string>, Bar>;

Bars naive(const std::vector<Row>& rows) {
    std::map<std::tuple<std::int64_t, std::string, std::int64_t>, Row> last;
    for (const Row& row : rows) {
        last[{row.time - row.time % window_length, row.symbol, row.time}] = row;
    }
    Bars bars;
    for (const auto& [place, row] : last) {
        const auto [start, symbol, time] = place;
        const bool fresh = bars.count({start, symbol}) == 0;
        Bar& bar = bars[{start, symbol}];
        bar.open = fresh ? row.price : bar.open;
        bar.high = fresh ? row.price + 1 : std::max(bar.high, row.price + 1);
        bar.low = fresh ? row.price - 1 : std::min(bar.low, row.price - 1);
        bar.close = row.price;
        if (row.volume) {
            bar.volume = bar.volume.value_or(0) + *row.volume;
        }
    }
    return bars;
}

Batch batch_of(const SchemaPtr& schema, const std::vector<Row>& rows) {
    BatchBuilder builder(schema);
    for (const Row& row : rows) {
        builder.push(0, std::string_view{row.symbol});
        builder.push(1, Timestamp{Duration{row.time}});
        for (const auto& [column, delta] : {std::pair{2, 0}, {3, 1}, {4, -1}, {5, 0}}) {
            builder.push(static_cast<std::size_t>(column), row.price + delta);
        }
        if (row.volume) {
            builder.push(6, *row.volume);
        } else {
            builder.push_null(6);
        }
    }
    return builder.finish();
}

/// What an upserting sink holds after all of `emitted`; rows of one emission must be in order.
Bars stored(const testing::CollectingEmitter& emitted) {
    Bars bars;
    for (const auto& [port, batch] : emitted.batches) {
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            Bar bar{batch.column<double>(2)[row], batch.column<double>(3)[row],
                    batch.column<double>(4)[row], batch.column<double>(5)[row], std::nullopt};
            if (!batch.is_null(6, row)) {
                bar.volume = batch.column<std::int64_t>(6)[row];
            }
            const std::int64_t start = batch.column<Timestamp>(1)[row].time_since_epoch().count();
            bars[{start, std::string{batch.column<Symbol>(0)[row].text()}}] = bar;
        }
    }
    return bars;
}

}  // namespace

TEST_CASE("whatever the order, batches and watermarks, a keyed sink ends with the same bars") {
    std::mt19937 random(42);
    const SchemaPtr schema = testing::schema(
        "symbol:symbol/key time:timestamp/key/event_time open:float64 high:float64 low:float64 "
        "close:float64 volume:int64?");
    for (int round = 0; round < 150; ++round) {
        std::vector<Row> rows;
        const std::size_t count = 1 + random() % 400;
        for (std::size_t i = 0; i < count; ++i) {
            Row row;
            row.symbol = std::string(1, static_cast<char>('A' + random() % 3));
            row.time =
                1'460'727'000 * second + static_cast<std::int64_t>(random() % 60) * 60 * second;
            row.price = static_cast<double>(random() % 1000) / 4;
            if (random() % 3 != 0) {
                row.volume = random() % 100;
            }
            rows.push_back(row);
        }
        auto node = testing::make<Resample>("every = '5m'");
        node->bind({Port{"in", schema}});
        testing::TestContext context;
        node->open(context);
        testing::CollectingEmitter out;
        std::size_t at = 0;
        while (at < rows.size()) {
            const std::size_t size = std::min<std::size_t>(1 + random() % 50, rows.size() - at);
            const auto from = rows.begin() + static_cast<std::ptrdiff_t>(at);
            node->process(batch_of(schema, {from, from + static_cast<std::ptrdiff_t>(size)}), out);
            at += size;
            if (random() % 2 == 0) {
                // Any watermark will do: rows behind it are late, and correct what was emitted.
                node->advance(Timestamp{Duration{rows[at - 1].time}}, out);
            }
            if (random() % 4 == 0) {
                StateWriter state;
                node->snapshot(state);
                node->close();
                node = testing::make<Resample>("every = '5m'");
                node->bind({Port{"in", schema}});
                node->open(context);
                StateReader reader(state.bytes());
                node->restore(reader);
            }
        }
        node->finish(out);
        node->close();
        REQUIRE(stored(out) == naive(rows));
    }
}
