#include "csv_rows.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "market/bar.hpp"
#include "temp_folder.hpp"
#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::flat_file;

namespace {

struct Rejected {
    std::uint64_t line;
    std::string raw;
    std::string what;
};

struct Parsed {
    Batch rows;
    std::vector<Rejected> rejected;
    std::uint64_t next_line = 0;
};

Header vendor_header() {
    return Header(header.substr(0, header.size() - 1), "test.csv");
}

/// Parses `text` as if it came in pieces that end at `ends`.
Parsed parse(std::string_view text, const RowFilter& filter = {},
             const std::vector<std::size_t>& ends = {}, const Header& columns = vendor_header()) {
    Parsed parsed;
    BatchBuilder out(market::bar_schema());
    RowParser parser(columns, filter,
                     [&](std::uint64_t line, std::string_view raw, std::string what) {
                         parsed.rejected.push_back({line, std::string{raw}, std::move(what)});
                     });
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
        begin += parser.parse(text.substr(begin, end - begin), false, out, 1'000'000);
    }
    begin += parser.parse(text.substr(begin), true, out, 1'000'000);
    CHECK(begin == text.size());
    parsed.rows = out.finish();
    parsed.next_line = parser.line();
    return parsed;
}

std::vector<std::string> tickers(const Batch& rows) {
    std::vector<std::string> texts;
    for (const Symbol symbol : rows.column<Symbol>(market::bar_column::symbol)) {
        texts.emplace_back(symbol.text());
    }
    return texts;
}

using Texts = std::vector<std::string>;

std::string row_of(std::string_view ticker) {
    return std::string{ticker} + ",1,1,1,1,1,1744792500000000000,\n";
}

}  // namespace

TEST_CASE("a vendor's row becomes a bar") {
    // A real row of the vendor's documentation, and one without transactions.
    const Parsed parsed = parse(
        "AAPL,4930,200.29,200.5,200.63,200.28,1744792500000000000,129\n"
        "BApA,0.5,10,10.25,10.5,9.75,1744792560000000000,\n");
    CHECK(testing::to_text(parsed.rows) == testing::to_text(testing::table(R"(
        symbol:symbol/key  timestamp:timestamp/key/event_time  open:float64[USD]  high:float64[USD]  low:float64[USD]  close:float64[USD]  volume:float64[shares]  transactions:int64?[count]
        AAPL               2025-04-16T08:35:00Z                200.29             200.63             200.28            200.5               4930                    129
        BApA               2025-04-16T08:36:00Z                10                 10.5               9.75              10.25               0.5                     null
    )")));
    CHECK(parsed.rejected.empty());
}

TEST_CASE("columns are found by name, in any order, between others") {
    const Header columns("close,note,window_start,open,transactions,low,high,volume,ticker,x\r",
                         "f");
    const Parsed parsed =
        parse("4,whatever,1744792500000000000,1,7,2,3,5,MSFT,\n", {}, {}, columns);
    REQUIRE(parsed.rows.rows() == 1);
    const market::Bar bar = RecordReader<market::Bar>(*parsed.rows.schema()).read(parsed.rows, 0);
    CHECK(bar.symbol.text() == "MSFT");
    CHECK(bar.open == 1);
    CHECK(bar.low == 2);
    CHECK(bar.high == 3);
    CHECK(bar.close == 4);
    CHECK(bar.volume == 5);
    CHECK(bar.transactions == 7);
}

TEST_CASE("a header without a column, or with one twice, is an error that names file and column") {
    CHECK_THROWS_WITH(Header("ticker,volume,open,close,high,low,transactions", "day.csv"),
                      Catch::Contains("'day.csv'") && Catch::Contains("no column 'window_start'"));
    CHECK_THROWS_WITH(
        Header("ticker,volume,open,close,open,high,low,window_start,transactions", "day.csv"),
        Catch::Contains("more than one column 'open'"));
    CHECK_THROWS_WITH(Header("\"ticker,volume", "day.csv"), Catch::Contains("no column 'ticker'"));
    CHECK_THROWS_AS(Header("Ticker,volume,open,close,high,low,window_start,transactions", "f"),
                    Error);
}

TEST_CASE("tickers that look like null stay, and so does their case") {
    const Texts texts{"NA", "nan", "null", "NULL", "TRUE", "true", "None", "BApA", "BAPA", "1E5"};
    std::string text;
    for (const std::string& ticker : texts) {
        text += row_of(ticker);
    }
    CHECK(tickers(parse(text).rows) == texts);
}

TEST_CASE("line ends, blank lines, quotes and a last line without its end are tolerated") {
    const Parsed parsed = parse(
        "A,1,1,1,1,1,1744792500000000000,\r\n"
        "\r\n"
        "\n"
        "\"B\",\"1\",1,1,1,1,\"1744792500000000000\",\"\"\n"
        "\"C\"\"C,C\",1,1,1,1,1,1744792500000000000,\r\n"
        "D,1,1,1,1,1,1744792500000000000,7");
    CHECK(tickers(parsed.rows) == Texts{"A", "B", "C\"C,C", "D"});
    CHECK(parsed.rejected.empty());
    CHECK(parsed.next_line == 7);
}

TEST_CASE("a row that cannot be read is rejected with line, text and field, and the rest is kept") {
    const std::string bad_number = "B,1,1,x1,1,1,1744792500000000000,";
    const std::string short_row = "C,1,1,1";
    const std::string long_row = "D,1,1,1,1,1,1744792500000000000,,";
    const std::string bad_time = "E,1,1,1,1,1,2025-04-16,";
    const std::string bad_count = "F,1,1,1,1,1,1744792500000000000,1.5";
    const std::string no_ticker = ",1,1,1,1,1,1744792500000000000,";
    const std::string open_quote = "\"G,1,1,1,1,1,1744792500000000000,";
    const std::string behind_quote = "\"H\"x,1,1,1,1,1,1744792500000000000,";
    const std::string no_volume = "I,,1,1,1,1,1744792500000000000,";
    const Parsed parsed =
        parse(row_of("A") + bad_number + "\n" + short_row + "\n" + long_row + "\n" + bad_time +
              "\n" + bad_count + "\n" + no_ticker + "\n" + open_quote + "\n" + behind_quote + "\n" +
              no_volume + "\n" + row_of("Z"));
    CHECK(tickers(parsed.rows) == Texts{"A", "Z"});
    const auto expect = [&](std::size_t i, const std::string& raw, const std::string& what) {
        CHECK(parsed.rejected[i].line == i + 2);
        CHECK(parsed.rejected[i].raw == raw);
        CHECK(parsed.rejected[i].what == what);
    };
    REQUIRE(parsed.rejected.size() == 9);
    expect(0, bad_number, "field 'close' is 'x1'; expected a decimal number");
    expect(1, short_row, "it has 4 fields and the header 8");
    expect(2, long_row, "it has 9 fields and the header 8");
    expect(3, bad_time,
           "field 'window_start' is '2025-04-16'; expected whole nanoseconds since 1970");
    expect(4, bad_count, "field 'transactions' is '1.5'; expected a whole number or nothing");
    expect(5, no_ticker, "field 'ticker' is empty");
    expect(6, open_quote, "its double quotes do not pair up");
    expect(7, behind_quote, "its double quotes do not pair up");
    expect(8, no_volume, "field 'volume' is ''; expected a decimal number");
}

TEST_CASE("only wanted symbols and times are kept") {
    const std::string text = row_of("A") + row_of("B") + row_of("B") + row_of("C") +
                             "B,1,1,1,1,1,1744792500000000001,\n" + row_of("AA");
    const Texts wanted{"B", "C"};
    RowFilter filter;
    filter.symbols = wanted;
    CHECK(tickers(parse(text, filter).rows) == Texts{"B", "B", "C", "B"});
    filter.last = Timestamp{Duration{1'744'792'500'000'000'000}};
    CHECK(tickers(parse(text, filter).rows) == Texts{"B", "B", "C"});
    filter.begin = Timestamp{Duration{1'744'792'500'000'000'001}};
    CHECK(parse(text, filter).rows.empty());
}

TEST_CASE("parse() stops at the asked number of rows and goes on from there") {
    const std::string text = row_of("A") + "\n" + row_of("B") + row_of("C");
    BatchBuilder out(market::bar_schema());
    RowParser parser(vendor_header(), {}, [](auto, auto, auto) {});
    const std::size_t first = parser.parse(text, true, out, 2);
    CHECK(tickers(out.finish()) == Texts{"A", "B"});
    CHECK(parser.line() == 4);
    parser.parse(std::string_view{text}.substr(first), true, out, 2);
    CHECK(tickers(out.finish()) == Texts{"C"});
    CHECK(parser.greatest() == Timestamp{Duration{1'744'792'500'000'000'000}});
}

TEST_CASE("however the bytes are cut, the rows are the same") {
    std::mt19937 random(7);
    std::string text;
    for (int i = 0; i < 300; ++i) {
        switch (random() % 6) {
            case 0:
                text += "\r\n";
                break;
            case 1:
                text += "\"Q,\"\"" + std::to_string(i) + "\",1,1,1,1,1,1744792500000000000,3\n";
                break;
            case 2:
                text += "bad," + std::to_string(i) + "\n";
                break;
            default:
                text += "T" + std::to_string(random() % 50) + "," +
                        std::to_string(random() % 9999) + ".5,10.5,10.25,11,9.99,1744792500" +
                        std::to_string(10000000 + i) + "0,\r\n";
        }
    }
    const Parsed whole = parse(text);
    REQUIRE(whole.rows.rows() > 150);
    REQUIRE(whole.rejected.size() > 20);
    for (int round = 0; round < 100; ++round) {
        std::vector<std::size_t> ends;
        for (std::size_t at = 0; (at += 1 + random() % (1 + random() % 400)) < text.size();) {
            ends.push_back(at);
        }
        const Parsed cut = parse(text, {}, ends);
        CHECK(cut.rows == whole.rows);
        CHECK(cut.rejected.size() == whole.rejected.size());
        CHECK(cut.rejected.back().line == whole.rejected.back().line);
        CHECK(cut.next_line == whole.next_line);
    }
}
