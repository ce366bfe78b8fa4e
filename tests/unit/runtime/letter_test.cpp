#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include <catch2/catch.hpp>

#include "runtime/letter.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using Catch::Matchers::Contains;

namespace {

Letter with_row(Batch row) {
    Letter letter;
    letter.id = 7;
    letter.time = Timestamp{Duration{1'460'727'000'123'456'789}};
    letter.node = "sinks.bars";
    letter.reason = "is \"odd\"\n";
    letter.origin = {"prod", "00ff", "0.1.0"};
    letter.port = "in";
    letter.row = std::move(row);
    return letter;
}

Batch back(const Batch& row) {
    return decode_letter(encode(with_row(row))).row;
}

}  // namespace

TEST_CASE("A letter reads back as it was, with everything that belongs to it") {
    const SchemaPtr schema = Schema::make({{.name = "n", .type = Type::int64, .unit = "count"}});
    BatchBuilder rows(schema);
    rows.push(0, std::int64_t{-5});
    const Letter letter = with_row(rows.finish());
    const std::string line = encode(letter);
    CHECK(line == R"({"id":7,"time":"2016-04-15T13:30:00.123456789Z","node":"sinks.bars",)"
                  R"("reason":"is \"odd\"\n",)"
                  R"("pipeline":{"name":"prod","config":"00ff","tsflow":"0.1.0"},"port":"in",)"
                  R"("schema":[{"name":"n","type":"int64","unit":"count"}],"record":{"n":-5}})");
    const Letter read = decode_letter(line);
    CHECK(read.id == 7);
    CHECK(letter_id(line) == 7);
    CHECK(read.time == letter.time);
    CHECK(read.node == letter.node);
    CHECK(read.reason == letter.reason);
    CHECK(read.origin.fingerprint == "00ff");
    CHECK(read.port == "in");
    CHECK(read.row == letter.row);
}

TEST_CASE("Rows read back bit by bit") {
    const SchemaPtr schema =
        Schema::make({{.name = "flag", .type = Type::boolean, .nullable = true},
                      {.name = "whole", .type = Type::int64, .nullable = true},
                      {.name = "real", .type = Type::float64, .nullable = true, .unit = "USD"},
                      {.name = "time", .type = Type::timestamp, .key = true, .event_time = true},
                      {.name = "day", .type = Type::date, .nullable = true},
                      {.name = "text", .type = Type::string, .nullable = true},
                      {.name = "symbol", .type = Type::symbol, .nullable = true}});
    const double nan_with_payload = std::bit_cast<double>(std::uint64_t{0xfff8000000c0ffee});
    using Whole = std::numeric_limits<std::int64_t>;
    using Real = std::numeric_limits<double>;
    using Day = std::numeric_limits<std::int32_t>;
    BatchBuilder rows(schema);
    const auto add = [&](bool flag, std::int64_t whole, double real, std::int64_t ns,
                         std::int32_t day, std::string_view text) {
        rows.push(0, flag);
        rows.push(1, whole);
        rows.push(2, real);
        rows.push(3, Timestamp{Duration{ns}});
        rows.push(4, Date{Date::duration{day}});
        rows.push(5, text);
        rows.push(6, Symbol::intern(text));
    };
    add(true, Whole::max(), 0.1, 1, 1, "plain");
    add(false, Whole::min(), -0.0, Whole::min(), Day::min(), "");
    add(false, 0, 0.0, Whole::max(), Day::max(), std::string_view("\0\x01\x7f\n\"\\", 6));
    add(true, (std::int64_t{1} << 53) + 1, Real::infinity(), -1, -1, "\xff\xfe no UTF-8");
    add(true, 1, -Real::infinity(), 999'999'999, 16'901, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
    add(true, 1, Real::denorm_min(), 0, 0, "null");
    add(true, 1, Real::max(), 0, 0, "1");
    add(true, 1, nan_with_payload, 0, 0, "true");
    add(true, 1, 9'007'199'254'740'993.0, 0, 0, "{}");
    for (const std::size_t column : {0, 1, 2, 4, 5, 6}) {
        rows.push_null(column);
    }
    rows.push(3, Timestamp{});
    const Batch all = rows.finish();
    for (std::size_t row = 0; row < all.rows(); ++row) {
        INFO(row);
        CHECK(back(all.slice(row, 1)) == all.slice(row, 1));
    }
    CHECK(std::signbit(back(all.slice(1, 1)).column<double>(2)[0]));
}

TEST_CASE("Text that never became a row reads back byte by byte") {
    for (const std::string_view text : {std::string_view("a,\"b\""), std::string_view("\xff"),
                                        std::string_view("\0\xfe\xfd\xfc\xfb", 5)}) {
        Letter letter = with_row({});
        letter.raw = text;
        CHECK(decode_letter(encode(letter)).raw == text);
    }
    CHECK(base64("any carnal pleas") == "YW55IGNhcm5hbCBwbGVhcw==");
    CHECK(from_base64("YW55IGNhcm5hbCBwbGVhcw==") == "any carnal pleas");
    CHECK_FALSE(from_base64("YW5"));
    CHECK_FALSE(from_base64("YW5*"));
}

TEST_CASE("A line that is no letter is told") {
    CHECK_THROWS_WITH(decode_letter("{}"), Contains("this is no dead letter of this version"));
    CHECK_THROWS_WITH(decode_letter("x"), Contains("this is no dead letter of this version"));
    CHECK(letter_id("{}") == 0);
}

TEST_CASE("What is shown says whether the letter can be replayed") {
    CHECK(shown_json(R"({"id":1})", "") == R"({"id":1,"replayable":true})");
    CHECK(shown_json(R"({"id":1})", "no") == R"({"id":1,"replayable":false,"why":"no"})");
}
