#include "config/file_text.hpp"

#include <catch2/catch.hpp>

#include "temporary_file.hpp"
#include "tsflow/error.hpp"

using tsflow::read_file_text;
using tsflow::testing::TemporaryFile;

namespace {

/// What reading `file` is refused with, behind its name.
std::string refusal(const std::filesystem::path& file) {
    try {
        read_file_text(file);
        return "was read";
    } catch (const tsflow::Error& error) {
        const std::string text = error.what();
        REQUIRE(text.starts_with(file.string()));
        return text.substr(file.string().size());
    }
}

}  // namespace

TEST_CASE("a file is read whole, without a byte order mark") {
    CHECK(read_file_text(TemporaryFile{"a", "ü = 1\r\n"}.path()) == "ü = 1\r\n");
    CHECK(read_file_text(TemporaryFile{"a", "\xEF\xBB\xBFx = 1"}.path()) == "x = 1");
    CHECK(read_file_text(TemporaryFile{"a", ""}.path()).empty());
}

TEST_CASE("a file that is no file is refused") {
    const TemporaryFile file{"a.toml", ""};
    CHECK(refusal(file.path().parent_path() / "b.toml") == ": there is no such file");
    CHECK(refusal(file.path().parent_path()) == ": this is a folder; name a file in it");
}

TEST_CASE("a file that holds something else is refused") {
    CHECK(refusal(TemporaryFile{"a", std::string((16u << 20) + 1, ' ')}.path()) ==
          ": is larger than 16 MiB; is this a pipeline's file?");
    CHECK(refusal(TemporaryFile{"a", "\xFF\xFEx"}.path()) == ": is UTF-16 text; save it as UTF-8");
}

TEST_CASE("bytes that are not UTF-8 are refused at their place") {
    const std::string reason = " is no UTF-8 text; save the file as UTF-8";
    CHECK(refusal(TemporaryFile{"a", "x = 1\ny = \"ü\xFF\"\n"}.path()) ==
          ":2:7: byte 0xff" + reason);
    CHECK(refusal(TemporaryFile{"a", "\xC0\x80"}.path()) == ":1:1: byte 0xc0" + reason);
    CHECK(refusal(TemporaryFile{"a", "a\xE2\x82"}.path()) == ":1:2: byte 0xe2" + reason);
    CHECK(refusal(TemporaryFile{"a", "\xED\xA0\x80"}.path()) == ":1:1: byte 0xed" + reason);
    CHECK(refusal(TemporaryFile{"a", "\xF4\x90\x80\x80"}.path()) == ":1:1: byte 0xf4" + reason);
    CHECK(read_file_text(TemporaryFile{"a", "€ \xF0\x9F\x98\x80"}.path()) == "€ \xF0\x9F\x98\x80");
}
