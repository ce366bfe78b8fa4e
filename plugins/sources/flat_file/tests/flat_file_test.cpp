#include "flat_file.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "market/bar.hpp"
#include "temp_folder.hpp"
#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::flat_file;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t day = 86'400 * second;
constexpr std::int64_t april_15 = 16'906 * day;  // 2016-04-15T00:00:00Z

std::string row(const std::string& ticker, std::int64_t time, double close = 1) {
    return ticker + ",100,1," + std::to_string(close) + ",1,1," + std::to_string(time) + ",\n";
}

/// Two symbols of one day, ordered by ticker and then by time as the vendor's files are.
std::string day_of(std::int64_t start, int minutes = 5) {
    std::string text{header};
    for (const char* ticker : {"MSFT", "SPY"}) {
        for (int i = 0; i < minutes; ++i) {
            text += row(ticker, start + i * 60 * second, i + 0.25);
        }
    }
    return text;
}

void plant(const TempFolder& folder) {
    folder.write("2016/04/2016-04-15.csv.gz", gzip(day_of(april_15)));
    folder.write("2016/04/2016-04-18.csv", day_of(april_15 + 3 * day));
    folder.write("2016/05/2016-05-02.csv.gz", gzip(day_of(april_15 + 17 * day)));
}

std::string options(const std::filesystem::path& path, const std::string& more = {}) {
    return "path = '" + path.string() + "'\n" + more;
}

/// A source that is open, and what it gave.
struct Reading {
    explicit Reading(const std::string& toml) : source(testing::make<FlatFile>(toml)) {
        source->open(context);
    }
    ~Reading() { source->close(); }

    Poll poll() { return source->poll(out, 10ms); }
    void finish() {
        while (poll() != Poll::done) {
        }
    }
    Batch rows() const { return out.all(market::bar_schema()); }
    std::string position() const {
        StateWriter state;
        source->position(state);
        return state.bytes();
    }
    void resume(const std::string& position) {
        StateReader state(position);
        source->resume(state);
    }

    testing::TestContext context;
    testing::CollectingEmitter out;
    std::unique_ptr<FlatFile> source;
};

Batch all_rows(const std::string& toml) {
    Reading reading(toml);
    reading.finish();
    return reading.rows();
}

std::vector<std::size_t> batch_sizes(const Reading& reading) {
    std::vector<std::size_t> sizes;
    for (const auto& [port, batch] : reading.out.batches) {
        sizes.push_back(batch.rows());
    }
    return sizes;
}

std::vector<std::string> watermarks(const Reading& reading) {
    std::vector<std::string> texts;
    for (const Timestamp time : reading.out.watermarks) {
        texts.push_back(format_timestamp(time));
    }
    return texts;
}

using Sizes = std::vector<std::size_t>;
using Texts = std::vector<std::string>;

}  // namespace

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

TEST_CASE("resumed at any poll, the rest is that of the undisturbed run") {
    const TempFolder folder;
    plant(folder);
    std::string with_trouble{header};
    for (int i = 0; i < 9; ++i) {
        with_trouble += "bad\n\n" + row("T" + std::to_string(i), april_15 + 18 * day + i);
    }
    with_trouble.pop_back();  // no line end at the end of the file
    folder.write("2016/05/2016-05-03.csv", with_trouble);
    for (const char* more : {"batch_rows = 3", "batch_rows = 5", "batch_rows = 1",
                             "batch_rows = 4\nsymbols = ['SPY']"}) {
        CAPTURE(more);
        const std::string toml = options(folder.path(), more);
        Reading whole(toml);
        Texts positions{whole.position()};
        Sizes emitted{0};
        std::vector<std::size_t> marks{0};
        while (whole.poll() != Poll::done) {
            positions.push_back(whole.position());
            emitted.push_back(whole.out.batches.size());
            marks.push_back(whole.out.watermarks.size());
        }
        for (std::size_t i = 0; i < positions.size(); ++i) {
            Reading rest(toml);
            rest.resume(positions[i]);
            CHECK(rest.position() == positions[i]);
            rest.finish();
            REQUIRE(rest.out.batches.size() == whole.out.batches.size() - emitted[i]);
            for (std::size_t k = 0; k < rest.out.batches.size(); ++k) {
                CHECK(rest.out.batches[k].second == whole.out.batches[emitted[i] + k].second);
            }
            // What was promised before is promised anew, and then the rest.
            const auto& all = whole.out.watermarks;
            const std::size_t from = marks[i] == 0 ? 0 : marks[i] - 1;
            CHECK(
                rest.out.watermarks ==
                std::vector<Timestamp>(all.begin() + static_cast<std::ptrdiff_t>(from), all.end()));
        }
    }
}

TEST_CASE("a resumed source reads files that came later") {
    const TempFolder folder;
    plant(folder);
    Reading first(options(folder.path()));
    first.finish();
    folder.write("2016/05/2016-05-03.csv", day_of(april_15 + 18 * day));
    Reading second_run(options(folder.path()));
    second_run.resume(first.position());
    second_run.finish();
    CHECK(second_run.rows().rows() == 10);

    SECTION("also when the last one read is gone") {
        std::filesystem::remove(folder.path() / "2016/05/2016-05-02.csv.gz");
        Reading third(options(folder.path()));
        third.resume(first.position());
        third.finish();
        CHECK(third.rows() == second_run.rows());
    }
}

TEST_CASE("a position in a file that is gone, shorter or another one is an error that names it") {
    const TempFolder folder;
    plant(folder);
    const std::string toml = options(folder.path(), "batch_rows = 4");
    Reading reading(toml);
    while (reading.out.batches.size() < 4) {
        reading.poll();
    }
    const std::string position = reading.position();
    const auto resume = [&] { Reading(toml).resume(position); };
    CHECK_NOTHROW(resume());
    SECTION("gone") {
        std::filesystem::remove(folder.path() / "2016/04/2016-04-18.csv");
        CHECK_THROWS_WITH(resume(),
                          Catch::Contains("2016/04/2016-04-18.csv") && Catch::Contains("gone"));
    }
    SECTION("shorter") {
        folder.write("2016/04/2016-04-18.csv", day_of(april_15 + 3 * day, 1));
        CHECK_THROWS_WITH(resume(), Catch::Contains("2016-04-18.csv") &&
                                        Catch::Contains("line 6") && Catch::Contains("bytes long"));
    }
    SECTION("replaced by one with other lines") {
        folder.write("2016/04/2016-04-18.csv",
                     std::string{header} + row("LONGNAME", april_15) +
                         day_of(april_15 + 3 * day).substr(header.size()));
        CHECK_THROWS_WITH(resume(), Catch::Contains("no line begins there"));
    }
    SECTION("replaced by one with a longer header") {
        std::string text = day_of(april_15 + 3 * day);
        folder.write("2016/04/2016-04-18.csv",
                     text.insert(header.size() - 1, "," + std::string(1000, 'x')));
        CHECK_THROWS_WITH(resume(), Catch::Contains("no line begins there"));
    }
    SECTION("truncated") {
        const std::string packed = gzip(day_of(april_15 + 3 * day));
        folder.write("2016/04/2016-04-18.csv", packed.substr(0, packed.size() / 2));
        CHECK_THROWS_WITH(resume(), Catch::Contains("ends in the middle"));
    }
}

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
