#include "journal/schema_bytes.hpp"

#include <string>
#include <vector>

#include "journal/byte_reader.hpp"
#include "tsflow/error.hpp"

namespace tsflow {
namespace {

constexpr unsigned nullable_flag = 1;
constexpr unsigned key_flag = 2;
constexpr unsigned event_time_flag = 4;

void put_text(detail::Buffer& out, const std::string& text) {
    out.push(static_cast<std::uint32_t>(text.size()));
    out.append(text.data(), text.size());
}

}  // namespace

void put_schema(detail::Buffer& out, std::uint32_t id, const Schema& schema) {
    out.push(id);
    out.push(static_cast<std::uint32_t>(schema.size()));
    for (const Field& field : schema.fields()) {
        out.push(field.type);
        out.push(static_cast<std::uint8_t>((field.nullable ? nullable_flag : 0) |
                                           (field.key ? key_flag : 0) |
                                           (field.event_time ? event_time_flag : 0)));
        put_text(out, field.name);
        put_text(out, field.unit);
    }
}

std::optional<std::pair<std::uint32_t, SchemaPtr>> read_schema(std::span<const std::byte> payload) {
    ByteReader in(payload);
    const auto id = in.number<std::uint32_t>();
    const auto count = in.number<std::uint32_t>();
    std::vector<Field> fields;
    for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
        Field field;
        const auto type = in.number<std::uint8_t>();
        const auto flags = in.number<std::uint8_t>();
        if (type > static_cast<std::uint8_t>(Type::symbol)) {
            return std::nullopt;
        }
        field.type = static_cast<Type>(type);
        field.nullable = (flags & nullable_flag) != 0;
        field.key = (flags & key_flag) != 0;
        field.event_time = (flags & event_time_flag) != 0;
        field.name = in.text();
        field.unit = in.text();
        fields.push_back(std::move(field));
    }
    if (!in.ok()) {
        return std::nullopt;
    }
    try {
        return std::pair{id, Schema::make(std::move(fields))};
    } catch (const Error&) {
        return std::nullopt;  // two columns of one name: nothing that a journal was given
    }
}

}  // namespace tsflow
