#include "gzip_reader.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "temp_folder.hpp"
#include "tsflow/error.hpp"

using tsflow::Error;
using tsflow::flat_file::GzipReader;

namespace {

/// Random enough not to be one deflate block.
std::string some_text(std::size_t lines) {
    std::string text;
    std::uint64_t x = 1;
    for (std::size_t i = 0; i < lines; ++i) {
        x = x * 6364136223846793005 + 1442695040888963407;
        text += std::to_string(x) + "\n";
    }
    return text;
}

/// All that can be read; `end` says how it ended.
std::string read_all(GzipReader& reader, GzipReader::Fill& end, std::size_t consume_at_once) {
    std::string all;
    while ((end = reader.fill()) == GzipReader::Fill::more) {
        while (!reader.text().empty()) {
            const std::string_view piece = reader.text().substr(0, consume_at_once);
            all += piece;
            reader.consume(piece.size());
        }
        CHECK(reader.offset() == all.size());
    }
    return all;
}

}  // namespace

TEST_CASE("plain and gzip files give their text, whatever the size of the buffer") {
    const TempFolder folder;
    const std::string text = some_text(20'000);
    const auto plain = folder.write("a.csv", text);
    const auto packed = folder.write("a.csv.gz", gzip(text));
    // Found by its content, not its name.
    const auto hidden = folder.write("b.csv", gzip(text));
    for (const std::size_t room : {std::size_t{100}, std::size_t{65'536}, std::size_t{1'000'000}}) {
        for (const auto& path : {plain, packed, hidden}) {
            GzipReader reader(path, room);
            GzipReader::Fill end{};
            CHECK(read_all(reader, end, 37) == text);
            CHECK(end == GzipReader::Fill::end);
            CHECK(reader.fill() == GzipReader::Fill::end);
            CHECK(reader.file_offset() == std::filesystem::file_size(path));
        }
    }
}

TEST_CASE("what is not consumed stays, until the buffer is full") {
    const TempFolder folder;
    GzipReader reader(folder.write("a.csv", "abcdefgh"), 6);
    CHECK(reader.fill() == GzipReader::Fill::more);
    reader.consume(2);
    CHECK(reader.text() == "cdef");
    CHECK(reader.fill() == GzipReader::Fill::more);
    CHECK(reader.text() == "cdefgh");
    CHECK(reader.fill() == GzipReader::Fill::full);
    CHECK(reader.text() == "cdefgh");
}

TEST_CASE("several gzip members are one text, also with zeros between and behind") {
    const TempFolder folder;
    const std::string zeros(1000, '\0');
    GzipReader reader(
        folder.write("a.gz", gzip("one\n") + zeros + gzip("") + gzip("two\n") + zeros));
    GzipReader::Fill end{};
    CHECK(read_all(reader, end, 100) == "one\ntwo\n");
    CHECK(end == GzipReader::Fill::end);
}

TEST_CASE("a gzip file that ends too early gives what it has and then the failure") {
    const TempFolder folder;
    const std::string text = some_text(20'000);
    const std::string packed = gzip(text);
    for (const std::size_t cut : {packed.size() / 2, packed.size() - 1, std::size_t{12}}) {
        const auto path = folder.write("a.csv.gz", packed.substr(0, cut));
        GzipReader reader(path);
        GzipReader::Fill end{};
        const std::string got = read_all(reader, end, 1000);
        CHECK(text.compare(0, got.size(), got) == 0);
        CHECK(got.empty() == (cut == 12));  // a header alone holds no text
        CHECK(end == GzipReader::Fill::broken);
        CHECK(reader.fill() == GzipReader::Fill::broken);
        CHECK_THAT(reader.failure(),
                   Catch::Contains(path.string()) && Catch::Contains("ends in the middle") &&
                       Catch::Contains("byte " + std::to_string(cut) + " of the file"));
    }
}

TEST_CASE("damage in a gzip file is told with its place") {
    const TempFolder folder;
    std::string packed = gzip(some_text(20'000));
    SECTION("in the middle") {
        for (std::size_t i = 0; i < 64; ++i) {
            packed[packed.size() / 2 + i] = '\xff';
        }
    }
    SECTION("in the checksum") {
        packed[packed.size() - 8] ^= 1;
    }
    SECTION("in a second member's header") {
        packed += "\x1f\x8b\x09" + std::string(20, 'x');
    }
    GzipReader reader(folder.write("a.csv.gz", packed));
    GzipReader::Fill end{};
    CHECK_FALSE(read_all(reader, end, 1000).empty());
    CHECK(end == GzipReader::Fill::broken);
    CHECK_THAT(reader.failure(),
               Catch::Contains("damaged gzip data (") && Catch::Contains("at byte"));
}

TEST_CASE("something else behind the gzip data is a failure") {
    const TempFolder folder;
    GzipReader reader(folder.write("a.csv.gz", gzip("text\n") + "rubbish"));
    GzipReader::Fill end{};
    CHECK(read_all(reader, end, 1000) == "text\n");
    CHECK(end == GzipReader::Fill::broken);
    CHECK_THAT(reader.failure(), Catch::Contains("something else behind its gzip data"));
}

TEST_CASE("a file that cannot be opened, or is no gzip as it is named, is an error") {
    const TempFolder folder;
    CHECK_THROWS_WITH(GzipReader(folder.path() / "gone.csv"),
                      Catch::Contains("gone.csv") && Catch::Contains("No such file"));
    CHECK_THROWS_WITH(GzipReader(folder.path()), Catch::Contains("cannot be read"));
    CHECK_THROWS_WITH(GzipReader(folder.write("a.csv.gz", "ticker\n")),
                      Catch::Contains("is not gzip data"));
    CHECK_THROWS_AS(GzipReader(folder.write("b.csv.gz", "")), Error);
}
