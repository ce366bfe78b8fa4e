#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "random_batch.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/text.hpp"

using namespace tsflow;
using namespace tsflow::test;

namespace {

std::string real(double value) {
    std::string out;
    append_real(out, value);
    return out;
}

std::string json(std::string_view text) {
    std::string out;
    append_json_text(out, text);
    return out;
}

/// One row with a value of each type.
Batch row_of_each() {
    BatchBuilder builder(every_type());
    for (const std::size_t first : {0U, 7U}) {
        builder.push(first, true);
        builder.push(first + 1, std::int64_t{-7});
        builder.push(first + 2, 55.25);
        builder.push(first + 3, Timestamp{Duration{1'460'727'000'000'000'000}});
        builder.push(first + 4, Date{Date::duration{16'906}});
        builder.push(first + 5, "a \"b\"");
        builder.push(first + 6, "MSFT");
    }
    return builder.finish();
}

}  // namespace

TEST_CASE("doubles print in the shortest form people expect") {
    CHECK(real(100) == "100");
    CHECK(real(100000) == "100000");
    CHECK(real(55.25) == "55.25");
    CHECK(real(0.1) == "0.1");
    CHECK(real(-0.05) == "-0.05");
    CHECK(real(1234567.8901) == "1234567.8901");
    CHECK(real(0) == "0");
    CHECK(real(-0.0) == "-0");
    CHECK(real(0.1 + 0.2) == "0.30000000000000004");
    CHECK(real(0.00001) == "0.00001");
    CHECK(real(0.0000001) == "1e-07");
    CHECK(real(123456789012345) == "123456789012345");
    CHECK(real(9007199254740993.0) == "9007199254740992");
    CHECK(real(1e16) == "1e+16");
    CHECK(real(1e300) == "1e+300");
    CHECK(real(5e-324) == "5e-324");
    CHECK(real(std::nan("")) == "nan");
    CHECK(real(-std::nan("")) == "nan");
    CHECK(real(std::numeric_limits<double>::infinity()) == "inf");
    CHECK(real(-std::numeric_limits<double>::infinity()) == "-inf");
}

TEST_CASE("any double reads back from its text bit by bit") {
    std::mt19937_64 random(13);
    const auto check = [](double value) {
        const std::string text = real(value);
        REQUIRE(std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)) ==
                std::bit_cast<std::uint64_t>(value));
        return text;
    };
    for (int i = 0; i < 100'000; ++i) {
        const double any = std::bit_cast<double>(random());
        if (!std::isnan(any)) {
            check(any);
        }
        // Decimal numbers like prices come out as they would be written.
        const auto cents =
            static_cast<std::int64_t>(random() % 2'000'000'000'000) - 1'000'000'000'000;
        char written[40];
        std::snprintf(written, sizeof written, "%.4f", static_cast<double>(cents) / 10'000);
        std::string trimmed = written;
        trimmed.erase(trimmed.find_last_not_of('0') + 1);
        if (trimmed.back() == '.') {
            trimmed.pop_back();
        }
        REQUIRE(check(static_cast<double>(cents) / 10'000) == trimmed);
    }
}

TEST_CASE("JSON texts are escaped") {
    CHECK(json("plain") == "\"plain\"");
    CHECK(json("") == "\"\"");
    CHECK(json("a\"b\\c/d") == R"("a\"b\\c/d")");
    CHECK(json("\b\f\n\r\t") == R"("\b\f\n\r\t")");
    CHECK(json(std::string_view{"\0\x1f\x7f", 3}) == "\"\\u0000\\u001f\x7f\"");
    CHECK(json("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80") ==
          "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"");
}

TEST_CASE("bytes that are not UTF-8 become the replacement character") {
    const std::string mark = "\xef\xbf\xbd";
    CHECK(json("\xff") == '"' + mark + '"');
    CHECK(json("a\x80z") == "\"a" + mark + "z\"");
    CHECK(json("\xc3") == '"' + mark + '"');                                   // cut off
    CHECK(json("\xe2\x82") == '"' + mark + mark + '"');                        // cut off
    CHECK(json("\xc0\xaf") == '"' + mark + mark + '"');                        // too long a form
    CHECK(json("\xe0\x80\xaf") == '"' + mark + mark + mark + '"');             // too long a form
    CHECK(json("\xed\xa0\x80") == '"' + mark + mark + mark + '"');             // a surrogate
    CHECK(json("\xf4\x90\x80\x80") == '"' + mark + mark + mark + mark + '"');  // beyond U+10FFFF
}

TEST_CASE("any bytes make JSON that another parser takes") {
    std::mt19937 random(14);
    for (int i = 0; i < 5'000; ++i) {
        std::string bytes(random() % 12, '\0');
        for (char& c : bytes) {
            c = static_cast<char>(random() % 3 == 0 ? random() % 256 : 0x20 + random() % 0x5f);
        }
        CAPTURE(bytes);
        const auto parsed = nlohmann::json::parse(json(bytes));
        const bool ascii = bytes.find_first_not_of(
                               " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOP"
                               "QRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"
                               "\"\\") == std::string::npos;
        if (ascii) {
            REQUIRE(parsed.get<std::string>() == bytes);
        }
    }
}

TEST_CASE("values print by their type") {
    const Batch batch = row_of_each();
    const std::vector<std::string> expected = {
        "true", "-7", "55.25", "2016-04-15T13:30:00Z", "2016-04-15", "a \"b\"", "MSFT"};
    for (std::size_t column = 0; column < batch.schema()->size(); ++column) {
        std::string out = ">";
        append_value(out, batch, column, 0);
        CHECK(out == ">" + expected[column % 7]);
    }
}

TEST_CASE("a row is a JSON object on one line") {
    std::string out;
    append_json(out, row_of_each(), 0);
    CHECK(out == R"({"bool":true,"int64":-7,"float64":55.25,"timestamp":"2016-04-15T13:30:00Z",)"
                 R"("date":"2016-04-15","string":"a \"b\"","symbol":"MSFT",)"
                 R"("bool_or_null":true,"int64_or_null":-7,"float64_or_null":55.25,)"
                 R"("timestamp_or_null":"2016-04-15T13:30:00Z","date_or_null":"2016-04-15",)"
                 R"("string_or_null":"a \"b\"","symbol_or_null":"MSFT"})");
    BatchBuilder none(Schema::make({}));
    CHECK(none.empty());
}

TEST_CASE("nulls print as nothing and are null in JSON, as are NaN and infinities") {
    BatchBuilder builder(
        Schema::make({{"a \"x\"", Type::float64, true}, {"b", Type::string, true}}));
    builder.push_null(0);
    builder.push_null(1);
    builder.push(0, std::nan(""));
    builder.push(1, "");
    builder.push(0, -std::numeric_limits<double>::infinity());
    builder.push(1, "x");
    const Batch batch = builder.finish();
    std::string value;
    append_value(value, batch, 0, 0);
    append_value(value, batch, 1, 0);
    CHECK(value.empty());
    std::string out;
    for (std::size_t row = 0; row < 3; ++row) {
        append_json(out, batch, row);
    }
    CHECK(out == R"({"a \"x\"":null,"b":null}{"a \"x\"":null,"b":""}{"a \"x\"":null,"b":"x"})");
}

TEST_CASE("the JSON of any row is read back by another parser") {
    std::mt19937 random(15);
    const Batch batch = random_batch(random, 300);
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        std::string out;
        append_json(out, batch, row);
        const auto parsed = nlohmann::json::parse(out);
        REQUIRE(parsed.size() == batch.schema()->size());
        REQUIRE(parsed["int64"].get<std::int64_t>() == batch.column<std::int64_t>(1)[row]);
        const double value = batch.column<double>(2)[row];
        if (std::isfinite(value)) {
            REQUIRE(parsed["float64"].get<double>() == value);
        } else {
            REQUIRE(parsed["float64"].is_null());
        }
        REQUIRE(parsed["string"].get<std::string>() == batch.strings(5)[row]);
        REQUIRE(parsed["int64_or_null"].is_null() == batch.is_null(8, row));
    }
}

TEST_CASE("a UTF-8 character is measured, and what is none is told") {
    CHECK(utf8_length("a", 0) == 1);
    CHECK(utf8_length(std::string_view{"\0", 1}, 0) == 1);
    CHECK(utf8_length("a\xC3\xA9", 1) == 2);
    CHECK(utf8_length("\xE2\x82\xAC", 0) == 3);
    CHECK(utf8_length("\xF0\x9F\x98\x80", 0) == 4);
    CHECK(utf8_length("\xF4\x8F\xBF\xBF", 0) == 4);  // U+10FFFF
    for (const char* wrong :
         {"", "\x80", "\xC3", "\xC3z", "\xC0\xAF", "\xE0\x80\xAF", "\xE2\x82", "\xED\xA0\x80",
          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
        INFO(wrong);
        CHECK(utf8_length(wrong, 0) == 0);
    }
    CHECK(utf8_length("a", 1) == 0);
}
