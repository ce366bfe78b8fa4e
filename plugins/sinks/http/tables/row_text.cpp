#include "tables/row_text.hpp"

#include <charconv>
#include <cmath>
#include <numeric>

#include "tsflow/text.hpp"
#include "tsflow/time.hpp"

namespace tsflow::http {

namespace {

constexpr std::size_t integer_digits = 20;

void append_integer(std::string& out, std::int64_t value) {
    char digits[integer_digits + 1];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
}

Date date_of(const Table::Cell& cell) {
    return Date{Date::duration{static_cast<std::int32_t>(cell.integer())}};
}

void append_csv_text(std::string& out, std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        out += c;
        if (c == '"') {
            out += c;
        }
    }
    out += '"';
}

void append_csv_cell(std::string& out, const Table::Cell& cell) {
    if (cell.null) {
        return;
    }
    switch (cell.type) {
        case Type::boolean:
            out += cell.word != 0 ? "true" : "false";
            return;
        case Type::int64:
            append_integer(out, cell.integer());
            return;
        case Type::float64:
            append_real(out, cell.real());
            return;
        case Type::timestamp:
            append_timestamp(out, Timestamp{Duration{cell.integer()}});
            return;
        case Type::date:
            out += format_date(date_of(cell));
            return;
        case Type::string:
        case Type::symbol:
            append_csv_text(out, cell.text);
            return;
    }
}

}  // namespace

void append_json_cell(std::string& out, const Table::Cell& cell) {
    if (cell.null || (cell.type == Type::float64 && !std::isfinite(cell.real()))) {
        out += "null";
        return;
    }
    switch (cell.type) {
        case Type::timestamp:
            out += '"';
            append_timestamp(out, Timestamp{Duration{cell.integer()}});
            out += '"';
            return;
        case Type::date:
            out += '"';
            out += format_date(date_of(cell));
            out += '"';
            return;
        case Type::string:
        case Type::symbol:
            append_json_text(out, cell.text);
            return;
        default:
            append_csv_cell(out, cell);
    }
}

void append_json_object(std::string& out, const Table& table, Table::Slot slot,
                        const std::vector<std::size_t>& columns) {
    char separator = '{';
    for (const std::size_t column : columns) {
        out += separator;
        append_json_text(out, table.schema()[column].name);
        out += ':';
        append_json_cell(out, table.cell(slot, column));
        separator = ',';
    }
    out += '}';
}

void append_json_array(std::string& out, const Table& table, Table::Slot slot,
                       const std::vector<std::size_t>& columns) {
    char separator = '[';
    for (const std::size_t column : columns) {
        out += separator;
        append_json_cell(out, table.cell(slot, column));
        separator = ',';
    }
    out += ']';
}

void append_csv_line(std::string& out, const Table& table, Table::Slot slot,
                     const std::vector<std::size_t>& columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) {
            out += ',';
        }
        append_csv_cell(out, table.cell(slot, columns[i]));
    }
    out += "\r\n";
}

void append_csv_head(std::string& out, const Schema& schema,
                     const std::vector<std::size_t>& columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) {
            out += ',';
        }
        append_csv_text(out, schema[columns[i]].name);
    }
    out += "\r\n";
}

std::vector<std::size_t> all_columns(const Schema& schema) {
    std::vector<std::size_t> columns(schema.size());
    std::iota(columns.begin(), columns.end(), std::size_t{0});
    return columns;
}

}  // namespace tsflow::http
