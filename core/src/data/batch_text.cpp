#include <charconv>
#include <cmath>

#include "tsflow/batch.hpp"
#include "tsflow/text.hpp"

namespace tsflow {

namespace {

void append_integer(std::string& out, std::int64_t value) {
    char text[24];
    const char* end = std::to_chars(text, text + sizeof text, value).ptr;
    out.append(text, static_cast<std::size_t>(end - text));
}

void append_quoted(std::string& out, const Batch& batch, std::size_t column, std::size_t row) {
    out += '"';
    append_value(out, batch, column, row);
    out += '"';
}

}  // namespace

void append_value(std::string& out, const Batch& batch, std::size_t column, std::size_t row) {
    if (batch.is_null(column, row)) {
        return;
    }
    switch ((*batch.schema())[column].type) {
        case Type::boolean:
            out += batch.column<bool>(column)[row] ? "true" : "false";
            return;
        case Type::int64:
            append_integer(out, batch.column<std::int64_t>(column)[row]);
            return;
        case Type::float64:
            append_real(out, batch.column<double>(column)[row]);
            return;
        case Type::timestamp:
            append_timestamp(out, batch.column<Timestamp>(column)[row]);
            return;
        case Type::date:
            out += format_date(batch.column<Date>(column)[row]);
            return;
        case Type::string:
            out += batch.strings(column)[row];
            return;
        case Type::symbol:
            out += batch.column<Symbol>(column)[row].text();
            return;
    }
}

void append_json(std::string& out, const Batch& batch, std::size_t row) {
    const Schema& schema = *batch.schema();
    out += '{';
    for (std::size_t column = 0; column < schema.size(); ++column) {
        if (column > 0) {
            out += ',';
        }
        append_json_text(out, schema[column].name);
        out += ':';
        if (batch.is_null(column, row)) {
            out += "null";
            continue;
        }
        switch (schema[column].type) {
            case Type::float64:
                if (!std::isfinite(batch.column<double>(column)[row])) {
                    out += "null";
                    break;
                }
                [[fallthrough]];
            case Type::boolean:
            case Type::int64:
                append_value(out, batch, column, row);
                break;
            case Type::timestamp:
            case Type::date:
                append_quoted(out, batch, column, row);
                break;
            case Type::string:
                append_json_text(out, batch.strings(column)[row]);
                break;
            case Type::symbol:
                append_json_text(out, batch.column<Symbol>(column)[row].text());
                break;
        }
    }
    out += '}';
}

}  // namespace tsflow
