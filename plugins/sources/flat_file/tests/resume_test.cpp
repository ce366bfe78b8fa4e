#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "reading.hpp"
#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::flat_file;

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
