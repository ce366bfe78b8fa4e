#include <nlohmann/json.hpp>

#include <bit>
#include <charconv>
#include <utility>
#include <vector>

#include "runtime/letter.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/error.hpp"

namespace tsflow {
namespace {

using Json = nlohmann::json;

[[noreturn]] void wrong(const std::string& what) {
    throw Error("this is no dead letter of this version: " + what);
}

std::string text_or_none(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() ? std::string{} : found->get<std::string>();
}

bool flag(const Json& object, const char* key) {
    return object.value(key, false);
}

std::string exact_text(const Json& value) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    auto bytes = from_base64(value.at("base64").get<std::string>());
    if (!bytes) {
        wrong("a text is no base64");
    }
    return *std::move(bytes);
}

double exact_number(const Json& value) {
    if (value.is_number()) {
        return value.get<double>();
    }
    constexpr int hexadecimal = 16;
    const auto digits = value.at("bits").get<std::string>();
    std::uint64_t bits = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), bits, hexadecimal);
    return std::bit_cast<double>(bits);
}

Timestamp exact_time(const Json& value) {
    if (!value.is_string()) {
        return Timestamp{Duration{value.at("ns").get<std::int64_t>()}};
    }
    const auto time = parse_timestamp(value.get<std::string>());
    if (!time) {
        wrong("'" + value.get<std::string>() + "' is no time");
    }
    return *time;
}

Date exact_day(const Json& value) {
    if (!value.is_string()) {
        return Date{Date::duration{value.at("days").get<std::int32_t>()}};
    }
    const auto date = parse_date(value.get<std::string>());
    if (!date) {
        wrong("'" + value.get<std::string>() + "' is no date");
    }
    return *date;
}

void push(BatchBuilder& row, std::size_t column, const Json& value) {
    if (value.is_null()) {
        row.push_null(column);
        return;
    }
    switch ((*row.schema())[column].type) {
        case Type::boolean:
            row.push(column, value.get<bool>());
            break;
        case Type::int64:
            row.push(column, value.get<std::int64_t>());
            break;
        case Type::float64:
            row.push(column, exact_number(value));
            break;
        case Type::timestamp:
            row.push(column, exact_time(value));
            break;
        case Type::date:
            row.push(column, exact_day(value));
            break;
        case Type::string:
        case Type::symbol:
            row.push(column, exact_text(value));
            break;
    }
}

SchemaPtr read_schema(const Json& columns) {
    std::vector<Field> fields;
    for (const Json& column : columns) {
        const auto type = parse_type(column.at("type").get<std::string>());
        if (!type) {
            wrong("column type '" + column.at("type").get<std::string>() + "'");
        }
        fields.push_back({.name = column.at("name").get<std::string>(),
                          .type = *type,
                          .nullable = flag(column, "nullable"),
                          .unit = text_or_none(column, "unit"),
                          .key = flag(column, "key"),
                          .event_time = flag(column, "event_time")});
    }
    return Schema::make(std::move(fields));
}

Batch read_row(const Json& letter) {
    BatchBuilder row(read_schema(letter.at("schema")));
    const Json& record = letter.at("record");
    for (std::size_t column = 0; column < row.schema()->size(); ++column) {
        push(row, column, record.at((*row.schema())[column].name));
    }
    return row.finish();
}

}  // namespace

Letter decode_letter(std::string_view line) try {
    const Json json = Json::parse(line);
    Letter letter;
    letter.id = json.at("id").get<std::uint64_t>();
    letter.time = exact_time(json.at("time"));
    letter.node = json.at("node").get<std::string>();
    letter.reason = json.at("reason").get<std::string>();
    const Json& origin = json.at("pipeline");
    letter.origin = {origin.at("name").get<std::string>(), origin.at("config").get<std::string>(),
                     origin.at("tsflow").get<std::string>()};
    letter.port = text_or_none(json, "port");
    letter.withheld = text_or_none(json, "withheld");
    if (json.contains("raw")) {
        letter.raw = json.at("raw").get<std::string>();
    } else if (json.contains("raw_base64")) {
        letter.raw = from_base64(json.at("raw_base64").get<std::string>());
    } else if (json.contains("record")) {
        letter.row = read_row(json);
    }
    return letter;
} catch (const Json::exception& error) {
    wrong(error.what());
}

}  // namespace tsflow
