#include <catch2/catch.hpp>
#include <string>

#include "reading.hpp"
#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::flat_file;

TEST_CASE("rows that cannot be read are rejected with file, line and field") {
    const TempFolder folder;
    const auto path =
        folder.write("2016-04-15.csv", std::string{header} + row("A", april_15) +
                                           "\nB,100,1,oops,1,1,5,\n" + row("C", april_15));
    Reading reading(options(path));
    reading.finish();
    CHECK(reading.rows().rows() == 2);
    REQUIRE(reading.context.rejected.size() == 1);
    CHECK(reading.context.rejected[0].first == "B,100,1,oops,1,1,5,");
    CHECK(reading.context.rejected[0].second ==
          path.string() + ":4: field 'close' is 'oops'; expected a decimal number");
}

TEST_CASE("a line without an end is rejected by its beginning, and the next ones are read") {
    const TempFolder folder;
    const auto path = folder.write("2016-04-15.csv", std::string{header} + row("A", april_15) +
                                                         std::string(1'000'000, 'x') + "\n" +
                                                         row("B", april_15) + "broken\n");
    const std::string toml = options(path, "batch_rows = 1");
    Reading reading(toml);
    Texts positions;
    while (reading.poll() != Poll::done) {
        positions.push_back(reading.position());
    }
    CHECK(reading.rows().rows() == 2);
    REQUIRE(reading.context.rejected.size() == 2);
    CHECK(reading.context.rejected[0].first == std::string(1024, 'x'));
    CHECK_THAT(reading.context.rejected[0].second, Catch::Contains(":3: the line is longer than"));
    CHECK_THAT(reading.context.rejected[1].second, Catch::Contains(":5: it has 1 field"));
    for (const std::string& position : positions) {
        Reading rest(toml);
        rest.resume(position);
        CHECK_NOTHROW(rest.finish());
    }
}

TEST_CASE("what stands before the end of a truncated file is delivered, then the error") {
    const TempFolder folder;
    const std::string text = day_of(april_15, 2000);
    const std::string packed = gzip(text);
    const auto path = folder.write("2016-04-15.csv.gz", packed.substr(0, packed.size() / 2));
    Reading reading(options(path, "batch_rows = 100"));
    CHECK_THROWS_WITH(reading.finish(),
                      Catch::Contains(path.string()) && Catch::Contains("ends in the middle") &&
                          Catch::Contains("byte " + std::to_string(packed.size() / 2)));
    const std::size_t got = reading.rows().rows();
    CHECK(got > 1000);
    const auto intact = folder.write("whole/2016-04-15.csv", text);
    CHECK(reading.rows() == all_rows(options(intact)).slice(0, got));
}

TEST_CASE("a header that does not fit is an error that names file and column") {
    const TempFolder folder;
    const auto expect = [&](const char* text, const char* message) {
        const auto path = folder.write("2016-04-15.csv", text);
        CHECK_THROWS_WITH(all_rows(options(path)),
                          Catch::Contains(path.string()) && Catch::Contains(message));
        // An online check finds it, too.
        testing::TestContext context;
        CHECK_THROWS_WITH(testing::make<FlatFile>(options(path))->probe(context),
                          Catch::Contains(message));
    };
    expect("ticker,open,close,high,low,window_start,transactions\n", "no column 'volume'");
    expect("ticker,volume,open,close,high,low,window_start,transactions,low\n",
           "more than one column 'low'");
    expect("", "is empty");
    expect("\n\n", "is empty");
}

TEST_CASE("a header may stand behind a byte order mark and blank lines, or alone") {
    const TempFolder folder;
    const std::string columns{header};
    CHECK(all_rows(options(folder.write("a.csv", "\xef\xbb\xbf" + columns + row("A", april_15))))
              .rows() == 1);
    CHECK(
        all_rows(options(folder.write("b.csv", "\r\n\n" + columns + row("A", april_15)))).rows() ==
        1);
    CHECK(all_rows(options(folder.write("c.csv", columns))).rows() == 0);
    CHECK(all_rows(options(folder.write("d.csv", columns.substr(0, columns.size() - 1)))).rows() ==
          0);
}

TEST_CASE("a path without files is refused by open() and by an online check") {
    const TempFolder folder;
    testing::TestContext context;
    const auto source = testing::make<FlatFile>(options(folder.path() / "gone/x"));
    CHECK_THROWS_WITH(source->open(context), Catch::Contains("'" + folder.path().string() + "'"));
    CHECK_THROWS_AS(source->probe(context), Error);
    plant(folder);
    CHECK_NOTHROW(testing::make<FlatFile>(options(folder.path()))->probe(context));
}
