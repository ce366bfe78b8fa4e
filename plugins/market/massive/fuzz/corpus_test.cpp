#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "entry_points.hpp"

using namespace tsflow::market::massive;

namespace {

std::size_t replay(const std::string& name, void (*entry_point)(std::string_view)) {
    const char* source = std::getenv("TSFLOW_SOURCE_DIR");
    REQUIRE(source != nullptr);
    std::size_t inputs = 0;
    for (const auto& file : std::filesystem::directory_iterator(
             std::filesystem::path{source} / "plugins/market/massive/fuzz/corpus" / name)) {
        CAPTURE(file.path());
        std::ifstream in(file.path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        CHECK_NOTHROW(entry_point(bytes));
        ++inputs;
    }
    return inputs;
}

}  // namespace

TEST_CASE("the frames that fuzzing began with, and what it found, are read as promised") {
    CHECK(replay("frames", fuzz::frames) >= 10);
}

TEST_CASE("the REST replies that fuzzing began with, and what it found, are read as promised") {
    CHECK(replay("bars", fuzz::bars) >= 5);
    CHECK(replay("splits", fuzz::splits) >= 3);
}
