#include <malloc.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "flat_file.hpp"
#include "temp_folder.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace std::chrono_literals;

namespace {

class Discard final : public Emitter {
public:
    void emit(Batch batch, std::size_t /*port*/) override { rows += batch.rows(); }
    void watermark(Timestamp /*time*/) override {}
    std::size_t rows = 0;
};

std::size_t heap_in_use() {
    const struct mallinfo2 info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
}

std::string rows_text(std::size_t rows) {
    std::string text{header};
    for (std::size_t i = 0; i < rows; ++i) {
        text += "MSFT," + std::to_string(i % 977) + ",1.5,1.25,2,1,1460727000" +
                std::to_string(100'000'000 + i) + ",7\n";
    }
    return text;
}

/// The most heap that reading `path` takes beyond what was taken before.
std::size_t peak_of_reading(const std::filesystem::path& path, std::size_t rows) {
    const auto source = testing::make<flat_file::FlatFile>("path = '" + path.string() + "'");
    testing::TestContext context;
    Discard out;
    const std::size_t before = heap_in_use();
    std::size_t peak = before;
    source->open(context);
    while (source->poll(out, 10ms) != Poll::done) {
        peak = std::max(peak, heap_in_use());
    }
    source->close();
    CHECK(out.rows == rows);
    return peak - before;
}

}  // namespace

TEST_CASE("a file twenty times as long takes no more memory") {
    const TempFolder folder;
    const auto short_file = folder.write("short.csv.gz", gzip(rows_text(10'000)));
    const auto long_file = folder.write("long.csv.gz", gzip(rows_text(200'000)));
    const std::size_t peak = peak_of_reading(short_file, 10'000);
    CHECK(peak_of_reading(long_file, 200'000) <= peak + 16'384);
}
