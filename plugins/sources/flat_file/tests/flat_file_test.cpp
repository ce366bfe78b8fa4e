#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "reading.hpp"
#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::flat_file;

TEST_CASE("flat_file keeps what every source promises") {
    const TempFolder folder;
    plant(folder);
    const Texts broken =
        testing::conformance<FlatFile>({options(folder.path(), "batch_rows = 3"), {}, {}});
    CHECK(broken == Texts{});
}

TEST_CASE("files are read one after another, in batches that end with the file") {
    const TempFolder folder;
    plant(folder);
    Reading reading(options(folder.path(), "batch_rows = 4"));
    reading.finish();
    CHECK(batch_sizes(reading) == Sizes{4, 4, 2, 4, 4, 2, 4, 4, 2});
    const Batch rows = reading.rows();
    const auto times = rows.column<Timestamp>(market::bar_column::timestamp);
    CHECK(format_timestamp(times[0]) == "2016-04-15T00:00:00Z");
    CHECK(format_timestamp(times[9]) == "2016-04-15T00:04:00Z");
    CHECK(format_timestamp(times[10]) == "2016-04-18T00:00:00Z");
    CHECK(format_timestamp(times[29]) == "2016-05-02T00:04:00Z");
    CHECK(reading.poll() == Poll::done);
}

TEST_CASE("watermarks move between days only, to the greatest time so far") {
    const TempFolder folder;
    plant(folder);
    Reading reading(options(folder.path(), "batch_rows = 4"));
    reading.finish();
    CHECK(watermarks(reading) ==
          Texts{"2016-04-15T00:04:00Z", "2016-04-18T00:04:00Z", "2016-05-02T00:04:00Z"});

    SECTION("two files of one day are one day") {
        folder.write("other/2016-04-18.csv", day_of(april_15 + 3 * day, 2));
        Reading more(options(folder.path()));
        more.finish();
        CHECK(watermarks(more) == watermarks(reading));
    }
    SECTION("a file without a date may hold any time, so all wait for the end") {
        folder.write("extra.csv", day_of(april_15 + 30 * day, 2));
        Reading more(options(folder.path()));
        more.finish();
        CHECK(watermarks(more) == Texts{"2016-05-15T00:01:00Z"});
    }
    SECTION("without rows there is no watermark") {
        Reading none(options(folder.path(), "symbols = ['NONE']"));
        none.finish();
        CHECK(none.out.batches.empty());
        CHECK(none.out.watermarks.empty());
    }
}

TEST_CASE("from and to go by the file's date, or else by the row's own") {
    const TempFolder folder;
    plant(folder);
    // Rows of the next UTC day belong to the trading day of the file's name.
    folder.write("2016/05/2016-05-03.csv", day_of(april_15 + 20 * day));
    CHECK(all_rows(options(folder.path(), "from = 2016-04-18\nto = 2016-05-02")).rows() == 20);
    CHECK(all_rows(options(folder.path(), "from = 2016-05-03")).rows() == 10);
    CHECK_THROWS_WITH(all_rows(options(folder.path(), "to = 2016-04-14")),
                      Catch::Contains("None of the 4 files"));

    const TempFolder undated;
    undated.write("all.csv", std::string{header} + row("A", april_15 - 1) + row("A", april_15) +
                                 row("A", april_15 + day - 1) + row("A", april_15 + day));
    CHECK(all_rows(options(undated.path())).rows() == 4);
    CHECK(all_rows(options(undated.path(), "from = 2016-04-15")).rows() == 3);
    CHECK(all_rows(options(undated.path(), "to = 2016-04-15")).rows() == 3);
    CHECK(all_rows(options(undated.path(), "from = 2016-04-15\nto = 2016-04-15")).rows() == 2);
    CHECK(all_rows(options(undated.path(), "from = 0001-01-01\nto = 9999-12-31")).rows() == 4);
}

TEST_CASE("symbols keeps the tickers it names") {
    const TempFolder folder;
    plant(folder);
    Reading reading(options(folder.path(), "symbols = ['SPY', 'AAPL']\nbatch_rows = 4"));
    reading.finish();
    CHECK(batch_sizes(reading) == Sizes{4, 1, 4, 1, 4, 1});
    const Batch rows = reading.rows();
    for (const Symbol symbol : rows.column<Symbol>(market::bar_column::symbol)) {
        CHECK(symbol.text() == "SPY");
    }
}

TEST_CASE("options that contradict each other are refused") {
    CHECK(testing::errors<FlatFile>("path = 'x'\nfrom = 2016-04-15\nto = 2016-04-15").empty());
    const Texts order = testing::errors<FlatFile>("path = 'x'\nfrom = 2016-04-15\nto = 2016-04-14");
    REQUIRE(order.size() == 1);
    CHECK_THAT(order[0], Catch::Contains("2016-04-14") && Catch::Contains("before `from`"));
    const Texts ticker = testing::errors<FlatFile>("path = 'x'\nsymbols = ['A', '']");
    REQUIRE(ticker.size() == 1);
    CHECK_THAT(ticker[0], Catch::Contains("empty ticker"));
    CHECK(testing::errors<FlatFile>("").size() == 1);
    CHECK(testing::errors<FlatFile>("path = 'x'\nbatch_rows = 0").size() == 1);
}

TEST_CASE("progress counts the bytes of all files") {
    const TempFolder folder;
    plant(folder);
    Reading reading(options(folder.path()));
    REQUIRE(reading.source->progress());
    CHECK(reading.source->progress()->done == 0);
    std::uint64_t last = 0;
    while (reading.poll() != Poll::done) {
        const Progress progress = *reading.source->progress();
        CHECK(progress.done >= last);
        CHECK(progress.done <= progress.total);
        last = progress.done;
    }
    CHECK(last == reading.source->progress()->total);
}
