#include "config/option_units.hpp"

#include <catch2/catch.hpp>

#include "config/option_text.hpp"

using namespace tsflow;

TEST_CASE("sizes are read with decimal and binary units") {
    CHECK(parse_bytes("512") == 512);
    CHECK(parse_bytes("512B") == 512);
    CHECK(parse_bytes("10kB") == 10'000);
    CHECK(parse_bytes("10 KB") == 10'000);
    CHECK(parse_bytes("64MiB") == 67'108'864);
    CHECK(parse_bytes("1.5GiB") == 1'610'612'736);
    CHECK(parse_bytes("0.5 kB") == 500);
    CHECK(parse_bytes("2TB") == 2'000'000'000'000);
    CHECK(parse_bytes("9223372036854775807") == 9223372036854775807);
}

TEST_CASE("a size that cannot be is refused") {
    for (const auto* text :
         {"", " ", "5 ", " 5", "-5", "+5", "5kb", "5Mb", "5M", "5  kB", "1.5", "1.kB", ".5kB",
          "0.0001kB", "1e3", "9223372036854775808", "8388608TiB", "0.1234567GB"}) {
        INFO(text);
        CHECK_FALSE(parse_bytes(text));
    }
}

TEST_CASE("a size is written in the largest unit that divides it") {
    CHECK(format_bytes(0) == "0B");
    CHECK(format_bytes(513) == "513B");
    CHECK(format_bytes(10'000) == "10kB");
    CHECK(format_bytes(67'108'864) == "64MiB");
    CHECK(format_bytes(1'000'000) == "1MB");
}

TEST_CASE("every written size reads back as itself") {
    for (std::int64_t size = 1; size < (1ll << 61); size = size * 3 + size % 7) {
        CHECK(parse_bytes(format_bytes(size)) == size);
        CHECK(parse_bytes(format_bytes(size << 1)) == size << 1);
    }
}

TEST_CASE("option values are written as TOML") {
    CHECK(toml_text(OptionType::boolean, true) == "true");
    CHECK(toml_text(OptionType::integer, std::int64_t{5}) == "5");
    CHECK(toml_text(OptionType::real, 2.0) == "2.0");
    CHECK(toml_text(OptionType::real, 0.25) == "0.25");
    CHECK(toml_text(OptionType::text, std::string{"a\"b\\\n\x01"}) == "\"a\\\"b\\\\\\n\\u0001\"");
    CHECK(toml_text(OptionType::duration, std::int64_t{250'000'000}) == "\"250ms\"");
    CHECK(toml_text(OptionType::bytes, std::int64_t{65'536}) == "\"64KiB\"");
    CHECK(toml_text(OptionType::date, std::int64_t{16'906}) == "2016-04-15");
    CHECK(toml_text(OptionType::timestamp, std::int64_t{1'460'727'000'000'000'000}) ==
          "2016-04-15T13:30:00Z");
    CHECK(toml_text(OptionType::text_list, std::vector<std::string>{"a", "b"}) == "[\"a\", \"b\"]");
}
