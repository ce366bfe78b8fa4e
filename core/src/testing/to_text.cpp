#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tsflow/testing.hpp"

namespace tsflow::testing {
namespace {

std::string header_cell(const Field& field) {
    std::string text = field.name + ":" + std::string{to_string(field.type)};
    text += field.nullable ? "?" : "";
    text += field.unit.empty() ? "" : "[" + field.unit + "]";
    text += field.key ? "/key" : "";
    text += field.event_time ? "/event_time" : "";
    return text;
}

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        switch (c) {
            case '"':
            case '\\':
                out += '\\';
                out += c;
                break;
            case '\n':
                out += "\\n";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                out += c;
        }
    }
    return out + '"';
}

std::string value_cell(const Batch& batch, std::size_t column, std::size_t row) {
    if (batch.is_null(column, row)) {
        return "null";
    }
    std::string text;
    append_value(text, batch, column, row);
    const Type type = (*batch.schema())[column].type;
    const bool is_text = type == Type::string || type == Type::symbol;
    const bool plain =
        !text.empty() && text != "null" && text.find_first_of(" \t\r\n\"\\") == std::string::npos;
    return is_text && !plain ? in_quotes(text) : text;
}

// One line: numbers to the right, all else to the left, without blanks at its end.
void append_line(std::string& out, const std::vector<std::string>& cells, const Schema& schema,
                 const std::vector<std::size_t>& widths) {
    const std::size_t start = out.size();
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string padding(widths[i] - cells[i].size(), ' ');
        const bool right = schema[i].type == Type::int64 || schema[i].type == Type::float64;
        out += i == 0 ? "" : "  ";
        out += right ? padding + cells[i] : cells[i] + padding;
    }
    out.erase(std::max(out.find_last_not_of(' ') + 1, start));
    out += '\n';
}

}  // namespace

std::string to_text(const Batch& batch) {
    if (!batch) {
        return "(no batch)\n";
    }
    const Schema& schema = *batch.schema();
    std::vector<std::vector<std::string>> lines(batch.rows() + 1);
    std::vector<std::size_t> widths(schema.size());
    for (std::size_t column = 0; column < schema.size(); ++column) {
        lines[0].push_back(header_cell(schema[column]));
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            lines[row + 1].push_back(value_cell(batch, column, row));
        }
        for (const std::vector<std::string>& line : lines) {
            widths[column] = std::max(widths[column], line[column].size());
        }
    }
    std::string out;
    for (const std::vector<std::string>& line : lines) {
        append_line(out, line, schema, widths);
    }
    return out;
}

}  // namespace tsflow::testing
