#include <catch2/catch.hpp>
#include <functional>
#include <limits>

#include "exported.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::test;

namespace {

Batch batch() {
    BatchBuilder builder(Schema::make(
        {{"x", Type::int64}, {"s", Type::string}, {"c", Type::symbol}, {"n", Type::int64, true}}));
    for (int row = 0; row < 2; ++row) {
        builder.push(0, std::int64_t{row});
        builder.push(1, "ab");
        builder.push(2, "wrong-array");
        builder.push(3, std::int64_t{row});
    }
    return builder.finish();
}

/// The message of the import after `spoil`; the array is released in any case.
std::string array_error(const std::function<void(ArrowArray&)>& spoil) {
    Exported exported(batch());
    const SchemaPtr schema = import_schema(exported.schema);
    spoil(exported.array);
    std::string message;
    try {
        import_batch(&exported.array, schema);
    } catch (const Error& error) {
        message = error.what();
    }
    CHECK(exported.array.release == nullptr);
    return message;
}

std::string schema_error(const std::function<void(ArrowSchema&)>& spoil) {
    Exported exported(batch());
    spoil(exported.schema);
    try {
        import_schema(exported.schema);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("an Arrow schema that is no struct of columns is refused") {
    CHECK(schema_error([](ArrowSchema& s) { s.format = "l"; }) ==
          "the Arrow schema has the format 'l'; a struct ('+s') of the columns is expected");
    CHECK(schema_error([](ArrowSchema& s) { s.format = nullptr; }) ==
          "the Arrow schema has the format ''; a struct ('+s') of the columns is expected");
    CHECK(schema_error([](ArrowSchema& s) { s.children[1]->name = nullptr; }) ==
          "field 1 of the Arrow schema has no name");
    CHECK(schema_error([](ArrowSchema& s) { s.children[1]->name = ""; }) ==
          "field 1 of the Arrow schema has no name");
    CHECK(schema_error([](ArrowSchema& s) { s.children[1]->name = "x"; }) ==
          "the schema has two columns with the name 'x'");
    CHECK(schema_error([](ArrowSchema& s) { s.children = nullptr; }) ==
          "field 0 of the Arrow schema is missing");

    ArrowSchema released{};
    CHECK_THROWS_WITH(import_schema(released), "the Arrow schema was released already");
    Exported exported(batch());
    ArrowSchema child = *exported.schema.children[2];
    exported.schema.children[2]->release = nullptr;
    CHECK_THROWS_WITH(import_schema(exported.schema), "field 2 of the Arrow schema is missing");
    child.release(&child);
}

TEST_CASE("Arrow types without a column type are refused by name and format") {
    const char* format =
        GENERATE("U", "z", "vu", "f", "s", "I", "tsu:UTC", "tdm", "d:19,10", "+l", "+s", "n", "");
    const std::string message =
        schema_error([&](ArrowSchema& s) { s.children[0]->format = format; });
    CHECK(message == "Arrow field 'x' has the format '" + std::string{format} +
                         "', which has no column type here; cast it to bool, int64, float64, "
                         "timestamp[ns, UTC], date32, utf8 or dictionary<int32, utf8>");
}

TEST_CASE("timestamps without a time zone and other dictionaries are refused") {
    CHECK(schema_error([](ArrowSchema& s) { s.children[0]->format = "tsn:"; }) ==
          "Arrow field 'x' is a timestamp without a time zone; give it one, such as UTC");
    CHECK(schema_error([](ArrowSchema& s) { s.children[2]->format = "c"; }) ==
          "Arrow field 'c' is a dictionary with indices of format 'c' and values of format 'u'; "
          "only int32 indices ('i') of utf8 values ('u') can be imported");
    CHECK(schema_error([](ArrowSchema& s) { s.children[2]->dictionary->format = "l"; }) ==
          "Arrow field 'c' is a dictionary with indices of format 'i' and values of format 'l'; "
          "only int32 indices ('i') of utf8 values ('u') can be imported");
    CHECK(schema_error([](ArrowSchema& s) {
              s.children[2]->dictionary->format = nullptr;
          }).find("values of format ''") != std::string::npos);
    CHECK(schema_error([](ArrowSchema& s) { s.children[0]->metadata = "\xff\xff\xff\xff"; }) ==
          "the metadata of Arrow field 'x' holds the length -1");
}

TEST_CASE("an array that does not fit the schema is refused") {
    CHECK(array_error([](ArrowArray& a) { a.n_children = 3; }) ==
          "the Arrow array has 3 columns and the schema has 4 (x: int64, s: string, c: symbol, n: "
          "int64?)");
    CHECK(array_error([](ArrowArray& a) { a.length = -1; }) ==
          "the Arrow array has the length -1 and the offset 0");
    CHECK(array_error([](ArrowArray& a) { a.offset = -2; }) ==
          "the Arrow array has the length 2 and the offset -2");
    CHECK(array_error([](ArrowArray& a) { a.length = 3; }) ==
          "the Arrow array of column 'x' has 2 rows, but 3 are needed");
    CHECK(array_error([](ArrowArray& a) { a.offset = 1; }) ==
          "the Arrow array of column 'x' has 2 rows, but 3 are needed");
    CHECK(array_error([](ArrowArray& a) { a.offset = std::numeric_limits<std::int64_t>::max(); }) !=
          "");
    CHECK(array_error([](ArrowArray& a) { a.children[1]->n_buffers = 2; }) ==
          "the Arrow array of column 's' has 2 buffers, but 3 are expected");
    CHECK(array_error([](ArrowArray& a) { a.children[0]->buffers = nullptr; }) ==
          "the Arrow array of column 'x' has no buffers");
    CHECK(array_error([](ArrowArray& a) { a.children[0]->buffers[1] = nullptr; }) ==
          "the Arrow array of column 'x' has no buffer of values");
    CHECK(array_error([](ArrowArray& a) { a.children[0]->length = -5; }) ==
          "the Arrow array of column 'x' has the length -5");
    CHECK(array_error([](ArrowArray& a) { a.children[0]->offset = -5; }) ==
          "the Arrow array of column 'x' has the offset -5");
    CHECK(array_error([](ArrowArray& a) { a.children[0]->null_count = -2; }) ==
          "the Arrow array of column 'x' has the null count -2");
    CHECK(array_error([](ArrowArray& a) { a.children[0]->null_count = 1; }) ==
          "the Arrow array of column 'x' counts 1 nulls and has no validity buffer");
    CHECK(array_error([](ArrowArray& a) { a.children = nullptr; }) ==
          "the Arrow array of column 'x' is missing or was released already");
    CHECK(array_error([](ArrowArray& a) { a.children[2]->dictionary->length = -1; }) ==
          "the Arrow array of column 'c' has the dictionary length -1");
    CHECK(array_error([](ArrowArray&) {}).empty());
}

TEST_CASE("texts and indices that lead outside are refused") {
    CHECK(array_error([](ArrowArray& a) {
              static const std::int32_t offsets[] = {0, 2, 1};
              a.children[1]->buffers[1] = offsets;
          }) == "the Arrow array of column 's' has text offsets that go back from 2 to 1");
    CHECK(array_error([](ArrowArray& a) {
              static const std::int32_t offsets[] = {-1, 2, 3};
              a.children[1]->buffers[1] = offsets;
          }) == "the Arrow array of column 's' has the text offset -1");
    CHECK(array_error([](ArrowArray& a) { a.children[1]->buffers[2] = nullptr; }) ==
          "the Arrow array of column 's' has no buffer of text");
    CHECK(array_error([](ArrowArray& a) {
              static const std::int32_t codes[] = {0, -1};
              a.children[2]->buffers[1] = codes;
          }).find("has the index -1 into a dictionary of ") != std::string::npos);
    CHECK(array_error([](ArrowArray& a) {
              a.children[2]->dictionary->length = 0;
          }).find("into a dictionary of 0 texts") != std::string::npos);
}

TEST_CASE("nulls where none may be are refused") {
    static const unsigned char second_is_null = 0b01;
    CHECK(array_error([](ArrowArray& a) { a.children[0]->buffers[0] = &second_is_null; }) ==
          "the Arrow array of column 'x' holds 1 nulls, but the column is not nullable");
    CHECK(array_error([](ArrowArray& a) { a.children[1]->buffers[0] = &second_is_null; }) ==
          "the Arrow array of column 's' holds 1 nulls, but the column is not nullable");
    CHECK(array_error([](ArrowArray& a) { a.children[2]->buffers[0] = &second_is_null; }) ==
          "the Arrow array of column 'c' holds 1 nulls, but the column is not nullable");
    CHECK(array_error([](ArrowArray& a) { a.children[3]->buffers[0] = &second_is_null; }).empty());
    CHECK(array_error([](ArrowArray& a) { a.buffers[0] = &second_is_null; }) ==
          "the Arrow array holds 1 rows that are null as a whole; only single values can be null");
}

TEST_CASE("a symbol column needs a dictionary, and released arrays are refused") {
    Exported exported(batch());
    const SchemaPtr schema = import_schema(exported.schema);
    ArrowArray* dictionary = std::exchange(exported.array.children[2]->dictionary, nullptr);
    CHECK_THROWS_WITH(
        import_batch(&exported.array, schema),
        "the Arrow array of column 'c' has no dictionary, which a symbol column needs");
    CHECK(dictionary != nullptr);
    CHECK_THROWS_WITH(import_batch(&exported.array, schema),
                      "the Arrow array was released already");

    Exported other(batch());
    ArrowArray child = *other.array.children[1];
    other.array.children[1]->release = nullptr;
    CHECK_THROWS_WITH(import_batch(&other.array, schema),
                      "the Arrow array of column 's' is missing or was released already");
    child.release(&child);
}

TEST_CASE("a batch without a schema cannot be exported") {
    ArrowArray array{};
    CHECK_THROWS_WITH(export_batch(Batch{}, &array), "cannot export a batch that has no schema");
    CHECK(array.release == nullptr);
}
