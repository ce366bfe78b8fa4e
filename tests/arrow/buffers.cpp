// buffers export FILE: writes the exported buffers of some batches, with the values they should be
// read as. buffers import FILE: imports the buffers of another implementation and compares the
// values.
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <string>

#include "foreign.hpp"
#include "random_batch.hpp"
#include "tsflow/arrow.hpp"

namespace {

using namespace tsflow;
using namespace tsflow::test;
using nlohmann::json;

/// Whole numbers and the bits of doubles as decimal text, for JSON has no 64-bit numbers
/// everywhere.
json plain(const Cell& cell) {
    if (!cell) {
        return nullptr;
    }
    return std::visit(
        [](const auto& value) -> json {
            using T = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::uint64_t>) {
                return std::to_string(value);
            } else {
                return value;
            }
        },
        *cell);
}

json plain_column(const std::vector<Row>& rows, std::size_t column) {
    json values = json::array();
    for (const Row& row : rows) {
        values.push_back(plain(row[column]));
    }
    return values;
}

json hex(const void* buffer, std::size_t bytes) {
    return buffer == nullptr ? json(nullptr) : json(to_hex(buffer, bytes));
}

/// The buffers of an array of this format, each as long as its rows need.
json describe(const ArrowArray& array, const std::string& format) {
    const auto rows = static_cast<std::size_t>(array.offset + array.length);
    json buffers = {hex(array.buffers[0], (rows + 7) / 8)};
    if (format == "b") {
        buffers.push_back(hex(array.buffers[1], (rows + 7) / 8));
    } else if (format == "u") {
        std::int32_t text = 0;
        std::memcpy(&text, static_cast<const std::int32_t*>(array.buffers[1]) + rows, sizeof text);
        buffers.push_back(hex(array.buffers[1], (rows + 1) * sizeof(std::int32_t)));
        buffers.push_back(hex(array.buffers[2], static_cast<std::size_t>(text)));
    } else {
        buffers.push_back(hex(array.buffers[1], rows * (format == "i" || format == "tdD" ? 4 : 8)));
    }
    return {{"length", array.length},
            {"offset", array.offset},
            {"null_count", array.null_count},
            {"buffers", buffers}};
}

json describe(const Batch& batch) {
    ArrowSchema schema{};
    ArrowArray array{};
    export_schema(*batch.schema(), &schema);
    export_batch(batch, &array);
    const std::vector<Row> rows = cells(batch);
    json columns = json::array();
    for (std::int64_t i = 0; i < array.n_children; ++i) {
        const ArrowArray& child = *array.children[i];
        const std::string format = schema.children[i]->format;
        json column = describe(child, format);
        column["name"] = schema.children[i]->name;
        column["format"] = format;
        if (child.dictionary != nullptr) {
            column["dictionary"] = describe(*child.dictionary, "u");
        }
        column["values"] = plain_column(rows, static_cast<std::size_t>(i));
        columns.push_back(column);
    }
    array.release(&array);
    schema.release(&schema);
    return columns;
}

void write_ours(const char* path) {
    std::mt19937 random(18);
    const Batch batch = random_batch(random, 70, 25);
    json batches = json::array();
    for (const Batch& part : {batch, batch.slice(3, 9), batch.slice(8, 1), batch.slice(17, 53),
                              batch.slice(20, 0), random_batch(random, 10, 0)}) {
        batches.push_back(describe(part));
    }
    std::ofstream(path) << batches;
}

void read_theirs(const char* path) {
    const json batches = json::parse(std::ifstream(path));
    std::size_t values = 0;
    for (const json& columns : batches) {
        ForeignBatch foreign(columns);
        const Batch batch = import_batch(&foreign.array, import_schema(foreign.schema));
        const std::vector<Row> rows = cells(batch);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const json imported = plain_column(rows, i);
            if (imported != columns[i].at("values")) {
                throw std::runtime_error("column " + std::to_string(i) + " holds " +
                                         imported.dump() + ", but was written as " +
                                         columns[i].at("values").dump());
            }
            values += imported.size();
        }
    }
    if (values < 1'000) {
        throw std::runtime_error("only " + std::to_string(values) + " values were compared");
    }
    std::printf("%zu values of %zu batches were imported as they were written\n", values,
                batches.size());
}

}  // namespace

int main(int count, char** arguments) {
    const std::string mode = count == 3 ? arguments[1] : "";
    try {
        if (mode == "export") {
            write_ours(arguments[2]);
        } else if (mode == "import") {
            read_theirs(arguments[2]);
        } else {
            std::fputs("usage: arrow_buffers export|import FILE\n", stderr);
            return 2;
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
