#include "foreign.hpp"

#include <nlohmann/json.hpp>

namespace tsflow::test {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

std::string from_hex(const std::string& hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes += static_cast<char>(digits.find(hex[i]) << 4 | digits.find(hex[i + 1]));
    }
    return bytes;
}

}  // namespace

std::string to_hex(const void* bytes, std::size_t count) {
    std::string hex;
    for (std::size_t i = 0; i < count; ++i) {
        const unsigned byte = static_cast<const unsigned char*>(bytes)[i];
        hex += digits[byte >> 4];
        hex += digits[byte & 15];
    }
    return hex;
}

ForeignBatch::ForeignBatch(const nlohmann::json& columns) {
    for (const nlohmann::json& column : columns) {
        array_children_.push_back(add_array(column));
        schema_children_.push_back(add_schema(column));
    }
    const auto count = static_cast<std::int64_t>(columns.size());
    schema.format = "+s";
    schema.n_children = count;
    schema.children = schema_children_.data();
    schema.release = [](ArrowSchema* released) { released->release = nullptr; };
    array.length = columns.at(0).at("length");
    array.n_buffers = 1;
    array.buffers = &no_validity_;
    array.n_children = count;
    array.children = array_children_.data();
    array.release = [](ArrowArray* released) { released->release = nullptr; };
}

ArrowArray* ForeignBatch::add_array(const nlohmann::json& from) {
    auto& buffers = buffers_.emplace_back();
    for (const nlohmann::json& hex : from.at("buffers")) {
        buffers.push_back(hex.is_null() ? nullptr : keep(from_hex(hex)));
    }
    ArrowArray& made = arrays_.emplace_back();
    made.length = from.at("length");
    made.offset = from.at("offset");
    made.null_count = from.at("null_count");
    made.n_buffers = static_cast<std::int64_t>(buffers.size());
    made.buffers = buffers.data();
    made.release = [](ArrowArray* released) { released->release = nullptr; };
    if (from.contains("dictionary")) {
        made.dictionary = add_array(from.at("dictionary"));
    }
    return &made;
}

ArrowSchema* ForeignBatch::add_schema(const nlohmann::json& column) {
    ArrowSchema& made = schemas_.emplace_back();
    made.format = keep(column.at("format"));
    made.name = keep(column.at("name"));
    made.flags = column.at("nullable") ? ARROW_FLAG_NULLABLE : 0;
    made.release = [](ArrowSchema* released) { released->release = nullptr; };
    if (column.contains("dictionary")) {
        ArrowSchema& texts = schemas_.emplace_back();
        texts.format = "u";
        texts.name = "";
        texts.release = made.release;
        made.dictionary = &texts;
    }
    return &made;
}

}  // namespace tsflow::test
