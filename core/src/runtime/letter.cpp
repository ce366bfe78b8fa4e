#include "runtime/letter.hpp"

#include <bit>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "tsflow/text.hpp"

namespace tsflow {
namespace {

constexpr std::string_view id_key = "{\"id\":";

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8_length(text, at);
        if (length == 0) {
            return false;
        }
        at += length;
    }
    return true;
}

void append_text(std::string& out, std::string_view text) {
    if (is_utf8(text)) {
        append_json_text(out, text);
    } else {
        out += "{\"base64\":\"" + base64(text) + "\"}";
    }
}

void append_number(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out += fmt::format(R"({{"bits":"{:016x}"}})", std::bit_cast<std::uint64_t>(value));
    } else if (value == 0 && std::signbit(value)) {
        out += "-0.0";  // as an integer it would lose its sign
    } else {
        append_real(out, value);
    }
}

void append_time(std::string& out, Timestamp value) {
    const std::string text = format_timestamp(value);
    if (parse_timestamp(text) == value) {
        append_json_text(out, text);
    } else {
        out += fmt::format(R"({{"ns":{}}})", value.time_since_epoch().count());
    }
}

void append_day(std::string& out, Date value) {
    const std::string text = format_date(value);
    if (parse_date(text) == value) {
        append_json_text(out, text);
    } else {
        out += fmt::format(R"({{"days":{}}})", value.time_since_epoch().count());
    }
}

void append_exact(std::string& out, const Batch& row, std::size_t column) {
    if (row.is_null(column, 0)) {
        out += "null";
        return;
    }
    switch ((*row.schema())[column].type) {
        case Type::boolean:
            out += row.column<bool>(column)[0] ? "true" : "false";
            break;
        case Type::int64:
            out += std::to_string(row.column<std::int64_t>(column)[0]);
            break;
        case Type::float64:
            append_number(out, row.column<double>(column)[0]);
            break;
        case Type::timestamp:
            append_time(out, row.column<Timestamp>(column)[0]);
            break;
        case Type::date:
            append_day(out, row.column<Date>(column)[0]);
            break;
        case Type::string:
            append_text(out, row.strings(column)[0]);
            break;
        case Type::symbol:
            append_text(out, row.column<Symbol>(column)[0].text());
            break;
    }
}

void append_schema(std::string& out, const Schema& schema) {
    out += '[';
    for (const Field& field : schema.fields()) {
        out += out.back() == '[' ? "{\"name\":" : ",{\"name\":";
        append_json_text(out, field.name);
        out += fmt::format(R"(,"type":"{}")", to_string(field.type));
        if (!field.unit.empty()) {
            out += ",\"unit\":";
            append_json_text(out, field.unit);
        }
        out += field.nullable ? ",\"nullable\":true" : "";
        out += field.key ? ",\"key\":true" : "";
        out += field.event_time ? ",\"event_time\":true}" : "}";
    }
    out += ']';
}

void append_row(std::string& out, const Batch& row) {
    const Schema& schema = *row.schema();
    out += ",\"schema\":";
    append_schema(out, schema);
    out += ",\"record\":{";
    for (std::size_t column = 0; column < schema.size(); ++column) {
        out += column == 0 ? "" : ",";
        append_json_text(out, schema[column].name);
        out += ':';
        append_exact(out, row, column);
    }
    out += '}';
}

}  // namespace

std::string encode(const Letter& letter) {
    std::string line = fmt::format(R"({}{},"time":"{}","node":)", id_key, letter.id,
                                   format_timestamp(letter.time));
    append_json_text(line, letter.node);
    line += ",\"reason\":";
    append_json_text(line, letter.reason);
    line += ",\"pipeline\":{\"name\":";
    append_json_text(line, letter.origin.pipeline);
    line += fmt::format(R"(,"config":"{}","tsflow":"{}"}})", letter.origin.fingerprint,
                        letter.origin.version);
    if (!letter.port.empty()) {
        line += ",\"port\":";
        append_json_text(line, letter.port);
    }
    if (!letter.withheld.empty()) {
        line += ",\"withheld\":";
        append_json_text(line, letter.withheld);
    } else if (letter.raw && is_utf8(*letter.raw)) {
        line += ",\"raw\":";
        append_json_text(line, *letter.raw);
    } else if (letter.raw) {
        line += ",\"raw_base64\":\"" + base64(*letter.raw) + '"';
    } else if (letter.row) {
        append_row(line, letter.row);
    }
    return line + '}';
}

std::uint64_t letter_id(std::string_view line) noexcept {
    std::uint64_t id = 0;
    if (line.starts_with(id_key)) {
        std::from_chars(line.data() + id_key.size(), line.data() + line.size(), id);
    }
    return id;
}

std::string shown_json(std::string_view line, std::string_view why_not) {
    std::string shown{line.substr(0, line.rfind('}'))};
    shown += why_not.empty() ? ",\"replayable\":true" : ",\"replayable\":false,\"why\":";
    if (!why_not.empty()) {
        append_json_text(shown, why_not);
    }
    return shown + '}';
}

}  // namespace tsflow
