#include "tsflow/arrow.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <vector>

#include "exported.hpp"
#include "random_batch.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::test;

namespace {

template <class T>
std::vector<T> list(const T* values, std::size_t count) {
    return {values, values + count};
}

}  // namespace

TEST_CASE("any batch, whole or sliced, comes back from Arrow as it was") {
    std::mt19937 random(16);
    for (int round = 0; round < 300; ++round) {
        const Batch whole = random_batch(random, random() % 100, random() % 101);
        const std::size_t from = random() % (whole.rows() + 1);
        const Batch batch = whole.slice(from, random() % (whole.rows() + 1 - from));
        Exported exported(batch);
        const Batch back = exported.import();
        REQUIRE(back == batch);
        REQUIRE(cells(back) == cells(batch));
        REQUIRE(exported.array.release == nullptr);  // the import released it
    }
}

TEST_CASE("a schema comes back from Arrow with units and roles") {
    const SchemaPtr schema = Schema::make({{"symbol", Type::symbol, false, "", true},
                                           {"time", Type::timestamp, false, "", true, true},
                                           {"caf\xc3\xa9", Type::float64, true, "USD"},
                                           {"plain", Type::string}});
    ArrowSchema exported{};
    export_schema(*schema, &exported);
    CHECK(*import_schema(exported) == *schema);
    exported.release(&exported);
    CHECK(exported.release == nullptr);

    export_schema(*Schema::make({}), &exported);
    CHECK(import_schema(exported)->size() == 0);
    exported.release(&exported);
}

TEST_CASE("the exported schema is the one of the specification") {
    ArrowSchema exported{};
    export_schema(*every_type(), &exported);
    CHECK(std::string{exported.format} == "+s");
    CHECK(exported.flags == 0);
    CHECK(exported.n_children == 14);
    const std::vector<std::string> formats = {"b", "l", "g", "tsn:UTC", "tdD", "u", "i"};
    for (std::size_t i = 0; i < 14; ++i) {
        const ArrowSchema& child = *exported.children[i];
        CHECK(child.format == formats[i % 7]);
        CHECK(child.name == (*every_type())[i].name);
        CHECK(child.flags == (i < 7 ? 0 : ARROW_FLAG_NULLABLE));
        CHECK(child.metadata == nullptr);
        CHECK(child.n_children == 0);
        CHECK((child.dictionary != nullptr) == (i % 7 == 6));
    }
    CHECK(std::string{exported.children[6]->dictionary->format} == "u");
    exported.release(&exported);
}

TEST_CASE("metadata is encoded as the specification says") {
    ArrowSchema exported{};
    export_schema(*Schema::make({{"t", Type::timestamp, false, "ns", true, true}}), &exported);
    // Counts and lengths in the byte order of the machine, which is little here.
    const std::string expected(
        "\x03\0\0\0"
        "\x0b\0\0\0tsflow.unit\x02\0\0\0ns"
        "\x0a\0\0\0tsflow.key\x04\0\0\0true"
        "\x11\0\0\0tsflow.event_time\x04\0\0\0true",
        4 + 4 + 11 + 4 + 2 + 4 + 10 + 4 + 4 + 4 + 17 + 4 + 4);
    CHECK(std::memcmp(exported.children[0]->metadata, expected.data(), expected.size()) == 0);
    exported.release(&exported);
}

TEST_CASE("metadata of others is passed over") {
    ArrowSchema exported{};
    export_schema(*Schema::make({{"x", Type::int64}}), &exported);
    const std::string others(
        "\x02\0\0\0"
        "\x01\0\0\0a\x00\0\0\0"
        "\x0b\0\0\0tsflow.unit\x03\0\0\0USD",
        4 + 4 + 1 + 4 + 4 + 11 + 4 + 3);
    exported.children[0]->metadata = others.data();
    CHECK((*import_schema(exported))[0] == Field{"x", Type::int64, false, "USD"});
    exported.release(&exported);
}

TEST_CASE("the exported buffers are those of the specification, byte by byte") {
    BatchBuilder builder(every_type());
    const Symbol a = Symbol::intern("layout-a");
    for (const bool second : {false, true}) {
        for (const std::size_t first : {0U, 7U}) {
            builder.push(first, second);
            builder.push(first + 1, std::int64_t{second ? -2 : 1});
            builder.push(first + 2, second ? -0.5 : 1.5);
            builder.push(first + 3, Timestamp{Duration{second ? 2 : 1}});
            builder.push(first + 4, Date{Date::duration{second ? -1 : 1}});
            builder.push(first + 5, second ? "xyz" : "a");
            builder.push(first + 6, a);
        }
    }
    const Batch batch = builder.finish();
    const Exported exported(batch);
    CHECK(exported.array.length == 2);
    CHECK(exported.array.null_count == 0);
    CHECK(exported.array.offset == 0);
    CHECK(exported.array.n_buffers == 1);
    CHECK(exported.array.buffers[0] == nullptr);
    CHECK(exported.array.n_children == 14);
    for (std::size_t i = 0; i < 14; ++i) {
        const ArrowArray& child = *exported.array.children[i];
        CHECK(child.length == 2);
        CHECK(child.null_count == 0);
        CHECK(child.n_buffers == (i % 7 == 5 ? 3 : 2));
        CHECK(child.buffers[0] == nullptr);
    }
    CHECK((*exported.buffer<unsigned char>(0, 1) & 3) == 2);
    CHECK(list(exported.buffer<std::int64_t>(1, 1), 2) == std::vector<std::int64_t>{1, -2});
    CHECK(list(exported.buffer<double>(2, 1), 2) == std::vector<double>{1.5, -0.5});
    CHECK(list(exported.buffer<std::int64_t>(3, 1), 2) == std::vector<std::int64_t>{1, 2});
    CHECK(list(exported.buffer<std::int32_t>(4, 1), 2) == std::vector<std::int32_t>{1, -1});
    CHECK(list(exported.buffer<std::int32_t>(5, 1), 3) == std::vector<std::int32_t>{0, 1, 4});
    CHECK(std::string{exported.buffer<char>(5, 2), 4} == "axyz");
    CHECK(list(exported.buffer<std::int32_t>(6, 1), 2) ==
          std::vector<std::int32_t>{a.code(), a.code()});

    const ArrowArray& texts = *exported.array.children[6]->dictionary;
    CHECK(texts.length == static_cast<std::int64_t>(Symbol::count()));
    CHECK(texts.n_buffers == 3);
    const auto* offsets = static_cast<const std::int32_t*>(texts.buffers[1]) + a.code();
    CHECK(std::string(static_cast<const char*>(texts.buffers[2]) + offsets[0],
                      static_cast<std::size_t>(offsets[1] - offsets[0])) == "layout-a");

    // No copy but of the packed booleans.
    CHECK(exported.buffer<std::int64_t>(1, 1) == batch.column<std::int64_t>(1).data());
    CHECK(exported.buffer<char>(5, 2) == batch.strings(5)[0].data());
}

TEST_CASE("an exported slice shares buffers and points into them by its offset") {
    BatchBuilder builder(Schema::make({{"b", Type::boolean, true}, {"i", Type::int64, true}}));
    for (int row = 0; row < 20; ++row) {
        if (row % 5 == 4) {
            builder.push_null(0);
            builder.push_null(1);
        } else {
            builder.push(0, row % 2 == 0);
            builder.push(1, std::int64_t{row});
        }
    }
    const Batch batch = builder.finish();
    const Exported exported(batch.slice(11, 5));  // rows 11 to 15, of which 14 is null
    const ArrowArray& booleans = *exported.array.children[0];
    const ArrowArray& integers = *exported.array.children[1];
    CHECK(exported.array.offset == 0);
    CHECK(integers.offset == 11);
    CHECK(integers.length == 5);
    CHECK(integers.null_count == 1);
    CHECK(exported.buffer<std::int64_t>(1, 1) == batch.column<std::int64_t>(1).data());
    CHECK(booleans.null_count == 1);
    for (std::size_t row = 0; row < 5; ++row) {
        const auto at = static_cast<std::size_t>(booleans.offset) + row;
        const auto set = [&](std::size_t buffer) {
            return (exported.buffer<unsigned char>(0, buffer)[at / 8] >> (at % 8) & 1) != 0;
        };
        CHECK(set(0) == (row != 3));
        CHECK(set(1) == ((row + 11) % 2 == 0 && row != 3));
    }
    // A slice without nulls says so.
    const Exported whole(batch.slice(0, 4));
    CHECK(whole.array.children[1]->null_count == 0);
    CHECK(whole.array.children[1]->buffers[0] == nullptr);
}

TEST_CASE("exported rows outlive the batch, and a moved child its parent") {
    ArrowArray moved{};
    ArrowSchema moved_schema{};
    {
        BatchBuilder builder(Schema::make({{"s", Type::symbol}, {"t", Type::string}}));
        builder.push(0, "kept");
        builder.push(1, "alive");
        Exported exported(builder.finish());
        // How a consumer moves a child out: it takes the struct and marks the old one as released.
        moved = *exported.array.children[0];
        exported.array.children[0]->release = nullptr;
        moved_schema = *exported.schema.children[0];
        exported.schema.children[0]->release = nullptr;
        CHECK(std::string{exported.buffer<char>(1, 2), 5} == "alive");
    }
    CHECK(std::string{moved_schema.name} == "s");
    const std::int32_t code = *static_cast<const std::int32_t*>(moved.buffers[1]);
    CHECK(Symbol::from_code(code).text() == "kept");
    CHECK(moved.dictionary->length > code);
    moved.release(&moved);
    moved_schema.release(&moved_schema);
    CHECK(moved.release == nullptr);
    CHECK(moved_schema.release == nullptr);
}

TEST_CASE("a moved dictionary outlives its array") {
    BatchBuilder builder(Schema::make({{"s", Type::symbol}}));
    builder.push(0, "dictionary moves");
    ArrowArray dictionary{};
    ArrowSchema dictionary_schema{};
    {
        Exported exported(builder.finish());
        dictionary = *exported.array.children[0]->dictionary;
        exported.array.children[0]->dictionary->release = nullptr;
        dictionary_schema = *exported.schema.children[0]->dictionary;
        exported.schema.children[0]->dictionary->release = nullptr;
    }
    const auto* offsets = static_cast<const std::int32_t*>(dictionary.buffers[1]);
    CHECK(offsets[0] == 0);
    CHECK(offsets[1] == 0);  // code 0 is the empty text
    CHECK(std::string{dictionary_schema.format} == "u");
    dictionary.release(&dictionary);
    dictionary_schema.release(&dictionary_schema);
}

TEST_CASE("an export knows the symbols that came after the one before") {
    BatchBuilder builder(Schema::make({{"s", Type::symbol}}));
    for (const char* text : {"export-one", "export-two"}) {
        builder.push(0, text);
        const Batch batch = builder.finish();
        Exported exported(batch);
        CHECK(exported.array.children[0]->dictionary->length ==
              static_cast<std::int64_t>(Symbol::count()));
        CHECK(exported.import() == batch);
    }
}

TEST_CASE("the offset of the struct counts on top of those of its columns") {
    std::mt19937 random(17);
    const Batch batch = random_batch(random, 50, 50);
    Exported exported(batch.slice(3, 40));
    exported.array.offset = 5;
    exported.array.length = 30;
    CHECK(exported.import() == batch.slice(8, 30));
}

TEST_CASE("null rows come back as zero whatever the array held there") {
    std::vector<std::int64_t> values = {1, 77, 3};
    std::vector<std::int32_t> offsets = {0, 1, 4, 5};
    const unsigned char validity = 0b101;
    BatchBuilder builder(Schema::make({{"i", Type::int64, true}, {"s", Type::string, true}}));
    for (int row = 0; row < 3; ++row) {
        builder.push(0, std::int64_t{0});
        builder.push(1, "");
    }
    Exported exported(builder.finish());
    const void* integer_buffers[] = {&validity, values.data()};
    const void* text_buffers[] = {&validity, offsets.data(), "axyzb"};
    exported.array.children[0]->buffers = integer_buffers;
    exported.array.children[1]->buffers = text_buffers;
    exported.array.children[0]->null_count = -1;  // not counted yet, which is allowed
    exported.array.children[1]->null_count = 1;
    const Batch batch = exported.import();
    CHECK(batch.column<std::int64_t>(0)[1] == 0);
    CHECK(batch.strings(1)[1].empty());
    CHECK(batch.is_null(0, 1));
    CHECK(batch.is_null(1, 1));
    CHECK(batch.strings(1)[2] == "b");
    CHECK(batch.column<std::int64_t>(0)[2] == 3);
}

TEST_CASE("a text that is null in the dictionary makes null rows") {
    BatchBuilder builder(Schema::make({{"s", Type::symbol, true}}));
    for (int row = 0; row < 3; ++row) {
        builder.push(0, Symbol{});
    }
    Exported exported(builder.finish());
    const std::int32_t codes[] = {1, 0, 1};
    const void* code_buffers[] = {nullptr, codes};
    const std::int32_t offsets[] = {0, 3, 6};
    const unsigned char validity = 0b10;
    const void* text_buffers[] = {&validity, offsets, "oldnew"};
    ArrowArray& column = *exported.array.children[0];
    column.buffers = code_buffers;
    column.dictionary->buffers = text_buffers;
    column.dictionary->length = 2;
    column.dictionary->null_count = 1;
    const Batch batch = exported.import();
    CHECK(batch.column<Symbol>(0)[0].text() == "new");
    CHECK(batch.is_null(0, 1));
    CHECK(batch.column<Symbol>(0)[2].text() == "new");
}

TEST_CASE("timestamps of any time zone are imported, as their values are UTC") {
    ArrowSchema exported{};
    export_schema(*Schema::make({{"t", Type::timestamp}}), &exported);
    exported.children[0]->format = "tsn:America/New_York";
    CHECK((*import_schema(exported))[0].type == Type::timestamp);
    exported.release(&exported);
}
