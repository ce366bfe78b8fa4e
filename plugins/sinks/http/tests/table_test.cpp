#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tables/row_text.hpp"
#include "tables/table.hpp"
#include "tables/tables.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::http;

namespace {

constexpr const char* bar_header =
    "symbol:symbol/key time:timestamp/key/event_time close:float64[USD]\n";

Batch bars(const std::string& rows) {
    return testing::table(bar_header + rows);
}

std::string line(const Table& table, Table::Slot slot) {
    std::string text;
    append_json_array(text, table, slot, all_columns(table.schema()));
    return text;
}

/// All rows, the longest unchanged first.
std::vector<std::string> chain(const Table& table, std::uint64_t behind = 0) {
    std::vector<std::string> lines;
    for (auto slot = table.first_behind(behind); slot != Table::none; slot = table.newer(slot)) {
        lines.push_back(line(table, slot));
    }
    return lines;
}

}  // namespace

TEST_CASE("a table whose key holds no time keeps the latest row of each key") {
    const Batch rows = testing::table(R"(id:int64/key state:string
                                         1        open
                                         2        open
                                         1        filled)");
    Table table("gaps", rows.schema(), {});
    std::uint64_t sequence = 10;
    table.apply(rows, sequence);
    CHECK(table.keeps() == Keeps::latest);
    CHECK(sequence == 13);
    CHECK(chain(table) == std::vector<std::string>{R"([2,"open"])", R"([1,"filled"])"});
    CHECK(chain(table, 12) == std::vector<std::string>{R"([1,"filled"])"});
}

TEST_CASE("a table whose key holds the time keeps a window of each series, in the order of time") {
    Table table("bars", bars("A 2025-11-03T14:30:00Z 1").schema(), {3, 100});
    std::uint64_t sequence = 0;
    table.apply(bars("A 2025-11-03T14:32:00Z 3\n"
                     "A 2025-11-03T14:30:00Z 1\n"
                     "B 2025-11-03T14:30:00Z 9\n"
                     "A 2025-11-03T14:31:00Z 2\n"
                     "A 2025-11-03T14:31:00Z 2.5\n"),
                sequence);
    CHECK(table.keeps() == Keeps::series);
    CHECK(table.rows() == 4);
    const auto closes = [&] {
        std::vector<double> values;
        for (const auto slot : table.of("A")->front()->slots) {
            values.push_back(table.cell(slot, 2).real());
        }
        return values;
    };
    CHECK(closes() == std::vector<double>{1, 2.5, 3});

    table.apply(bars("A 2025-11-03T14:33:00Z 4"), sequence);
    CHECK(closes() == std::vector<double>{2.5, 3, 4});
    table.apply(bars("A 2025-11-03T14:29:00Z 0"), sequence);  // older than all of a full window
    CHECK(closes() == std::vector<double>{2.5, 3, 4});
    CHECK(table.newest_event() == parse_timestamp("2025-11-03T14:33:00Z"));
}

TEST_CASE("a table without a key keeps a window of all rows") {
    const Batch rows = testing::table("n:int64\n1\n2\n3\n4");
    Table table("log", rows.schema(), {3, 100});
    std::uint64_t sequence = 0;
    table.apply(rows, sequence);
    CHECK(table.keeps() == Keeps::all);
    CHECK(chain(table) == std::vector<std::string>{"[2]", "[3]", "[4]"});
}

TEST_CASE("rows are found by their symbol, whatever else is in the key") {
    const Batch rows = testing::table(R"(universe:symbol/key symbol:symbol/key rank:int64
                                         dow30               AAPL              1
                                         nasdaq100           AAPL              7)");
    Table table("ranks", rows.schema(), {});
    std::uint64_t sequence = 0;
    table.apply(rows, sequence);
    REQUIRE(table.of("AAPL") != nullptr);
    CHECK(table.of("AAPL")->size() == 2);
    CHECK(table.of("dow30") == nullptr);
}

TEST_CASE("beyond the rows of a table, those that have not changed for longest go") {
    Table table("bars", bars("A 2025-11-03T14:30:00Z 1").schema(), {10, 3});
    std::uint64_t sequence = 0;
    table.apply(bars("A 2025-11-03T14:30:00Z 1\n"
                     "B 2025-11-03T14:30:00Z 2\n"
                     "C 2025-11-03T14:30:00Z 3\n"
                     "A 2025-11-03T14:30:00Z 4\n"
                     "D 2025-11-03T14:30:00Z 5\n"),
                sequence);
    CHECK(table.rows() == 3);
    CHECK(table.of("B") == nullptr);
    CHECK(table.of("A") != nullptr);
}

TEST_CASE("values are written as JSON and as CSV") {
    const Batch rows = testing::table(R"(a:string? b:float64 c:date       d:bool e:int64
                                         "x,\"y"   nan       2025-11-03   true   -3
                                         null      1.5       2025-11-03   false  4)");
    Table table("t", rows.schema(), {});
    std::uint64_t sequence = 0;
    table.apply(rows, sequence);
    std::string text;
    append_json_object(text, table, table.older(table.newest()), all_columns(table.schema()));
    CHECK(text == R"({"a":"x,\"y","b":null,"c":"2025-11-03","d":true,"e":-3})");
    text.clear();
    append_csv_head(text, table.schema(), {0, 4});
    append_csv_line(text, table, table.older(table.newest()), {0, 4});
    append_csv_line(text, table, table.newest(), {0, 4});
    CHECK(text == "a,e\r\n\"x,\"\"y\",-3\r\n,4\r\n");
}

TEST_CASE("after any rows in any order a table holds what a plain map says") {
    std::mt19937 random(7);
    const Batch sample = bars("A 2025-11-03T14:30:00Z 1");
    const TableLimits limits{20, 100'000};
    Table table("bars", sample.schema(), limits);
    std::map<std::string, std::map<std::int64_t, double>> expected;
    std::uint64_t sequence = 0;
    const Timestamp start = *parse_timestamp("2025-11-03T14:30:00Z");
    for (int round = 0; round < 200; ++round) {
        BatchBuilder rows(sample.schema());
        for (int i = 0; i < 30; ++i) {
            const std::string symbol(1, static_cast<char>('A' + random() % 9));
            const auto minute = static_cast<std::int64_t>(random() % 40) + round / 5;
            const double close = static_cast<double>(random() % 1000);
            rows.push(0, symbol);
            rows.push(1, start + std::chrono::minutes{minute});
            rows.push(2, close);
            auto& series = expected[symbol];
            if (series.size() == limits.window && minute < series.begin()->first &&
                !series.contains(minute)) {
                continue;
            }
            series[minute] = close;
            if (series.size() > limits.window) {
                series.erase(series.begin());
            }
        }
        table.apply(rows.finish(), sequence);
    }
    std::size_t rows = 0;
    for (const auto& [symbol, series] : expected) {
        rows += series.size();
        const auto& slots = table.of(symbol)->front()->slots;
        REQUIRE(slots.size() == series.size());
        auto minute = series.begin();
        for (const auto slot : slots) {
            CHECK(table.cell(slot, 1).integer() ==
                  (start + std::chrono::minutes{minute->first}).time_since_epoch().count());
            CHECK(table.cell(slot, 2).real() == minute->second);
            ++minute;
        }
    }
    CHECK(table.rows() == rows);
    CHECK(chain(table).size() == rows);
    CHECK(sequence >= rows);
}

TEST_CASE("a shut mailbox takes nothing and keeps nobody waiting") {
    Mailbox mailbox(1);
    const Batch batch = bars("A 2025-11-03T14:30:00Z 1");
    CHECK(mailbox.put(0, batch));
    CHECK(mailbox.take().size() == 1);
    CHECK(mailbox.put(0, batch));
    mailbox.shut();
    CHECK_FALSE(mailbox.put(0, batch));
    CHECK(mailbox.take().empty());
}
