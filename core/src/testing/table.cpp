#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tsflow/builder.hpp"
#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"
#include "tsflow/time.hpp"

namespace tsflow::testing {
namespace {

struct Cell {
    std::string text;
    bool quoted = false;
    std::size_t number = 0;  // in its line, from 1
};

[[noreturn]] void refuse(std::size_t line, const Cell& cell, const std::string& expected) {
    throw Error("line " + std::to_string(line) + ", cell " + std::to_string(cell.number) + ": '" +
                cell.text + "' is not " + expected);
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

// Reads a text in double quotes; `at` stands behind the opening one and is left behind the closing one.
std::string quoted_text(std::string_view line, std::size_t& at, std::size_t number,
                        std::size_t cell) {
    std::string text;
    for (; at < line.size() && line[at] != '"'; ++at) {
        if (line[at] == '\\' && at + 1 < line.size()) {
            ++at;
            text += line[at] == 'n' ? '\n' : line[at] == 't' ? '\t' : line[at];
        } else {
            text += line[at];
        }
    }
    if (at == line.size()) {
        throw Error("line " + std::to_string(number) + ", cell " + std::to_string(cell) +
                    ": the closing double quote is missing");
    }
    ++at;
    return text;
}

std::vector<Cell> split(std::string_view line, std::size_t number) {
    std::vector<Cell> cells;
    for (std::size_t at = 0; at < line.size();) {
        if (is_blank(line[at])) {
            ++at;
            continue;
        }
        Cell cell;
        cell.number = cells.size() + 1;
        if (line[at] == '"') {
            ++at;
            cell.quoted = true;
            cell.text = quoted_text(line, at, number, cell.number);
        } else {
            const std::size_t start = at;
            while (at < line.size() && !is_blank(line[at])) {
                ++at;
            }
            cell.text = line.substr(start, at - start);
        }
        cells.push_back(std::move(cell));
    }
    return cells;
}

// Takes `name:type?[unit]/key/event_time` apart.
Field parse_field(const Cell& cell, std::size_t line) {
    const std::string expected =
        "a column as 'name:type', 'name:type?', 'name:type[unit]' or 'name:type/key/event_time'";
    Field field;
    std::string_view rest = cell.text;
    const std::size_t colon = rest.find(':');
    if (colon == std::string_view::npos || colon == 0) {
        refuse(line, cell, expected);
    }
    field.name = rest.substr(0, colon);
    rest.remove_prefix(colon + 1);

    const std::size_t type_end = std::min(rest.find_first_of("?[/"), rest.size());
    const std::optional<Type> type = parse_type(rest.substr(0, type_end));
    if (!type) {
        refuse(line, cell,
               "a column of type bool, int64, float64, timestamp, date, string or symbol");
    }
    field.type = *type;
    rest.remove_prefix(type_end);

    if (rest.starts_with('?')) {
        field.nullable = true;
        rest.remove_prefix(1);
    }
    if (rest.starts_with('[')) {
        const std::size_t close = rest.find(']');
        if (close == std::string_view::npos) {
            refuse(line, cell, "a column whose unit ends with ']'");
        }
        field.unit = rest.substr(1, close - 1);
        rest.remove_prefix(close + 1);
    }
    while (rest.starts_with('/')) {
        rest.remove_prefix(1);
        const std::size_t end = std::min(rest.find('/'), rest.size());
        const std::string_view flag = rest.substr(0, end);
        if (flag != "key" && flag != "event_time") {
            refuse(line, cell, "a column with the flags /key or /event_time");
        }
        (flag == "key" ? field.key : field.event_time) = true;
        rest.remove_prefix(end);
    }
    if (!rest.empty()) {
        refuse(line, cell, expected);
    }
    return field;
}

SchemaPtr parse_header(std::string_view line, std::size_t number) {
    std::vector<Field> fields;
    for (const Cell& cell : split(line, number)) {
        fields.push_back(parse_field(cell, number));
    }
    return Schema::make(std::move(fields));
}

template <class Number>
Number parse_number(const Cell& cell, std::size_t line, const char* expected) {
    Number value{};
    const char* const end = cell.text.data() + cell.text.size();
    const auto [stop, error] = std::from_chars(cell.text.data(), end, value);
    if (error != std::errc{} || stop != end) {
        refuse(line, cell, expected);
    }
    return value;
}

template <class T>
T present(const std::optional<T>& value, const Cell& cell, std::size_t line, const char* expected) {
    if (!value) {
        refuse(line, cell, expected);
    }
    return *value;
}

void push_cell(BatchBuilder& builder, std::size_t column, const Cell& cell, std::size_t line) {
    const Field& field = (*builder.schema())[column];
    if (!cell.quoted && cell.text == "null") {
        if (!field.nullable) {
            refuse(line, cell,
                   "allowed: column '" + field.name +
                       "' is not nullable (a '?' behind its type makes it so)");
        }
        builder.push_null(column);
        return;
    }
    switch (field.type) {
        case Type::boolean:
            if (cell.text != "true" && cell.text != "false") {
                refuse(line, cell, "true or false");
            }
            builder.push(column, cell.text == "true");
            break;
        case Type::int64:
            builder.push(column, parse_number<std::int64_t>(cell, line, "an int64"));
            break;
        case Type::float64:
            builder.push(column, parse_number<double>(cell, line, "a float64"));
            break;
        case Type::timestamp:
            builder.push(column, present(parse_timestamp(cell.text), cell, line,
                                         "a timestamp such as 2016-04-15T13:30:00Z"));
            break;
        case Type::date:
            builder.push(column,
                         present(parse_date(cell.text), cell, line, "a date such as 2016-04-15"));
            break;
        case Type::string:
        case Type::symbol:
            builder.push(column, std::string_view{cell.text});
            break;
    }
}

}  // namespace

SchemaPtr schema(std::string_view header) {
    return parse_header(header, 1);
}

Batch table(std::string_view text) {
    std::optional<BatchBuilder> builder;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));

        const std::vector<Cell> cells = split(line, number);
        if (cells.empty()) {
            continue;
        }
        if (!builder) {
            builder.emplace(parse_header(line, number));
            continue;
        }
        if (cells.size() != builder->schema()->size()) {
            throw Error("line " + std::to_string(number) + " has " + std::to_string(cells.size()) +
                        " cells, and the header names " +
                        std::to_string(builder->schema()->size()) +
                        " columns (texts with blanks stand in double quotes)");
        }
        for (std::size_t column = 0; column < cells.size(); ++column) {
            push_cell(*builder, column, cells[column], number);
        }
    }
    if (!builder) {
        throw Error("the table is empty: its first line names the columns as 'name:type'");
    }
    return builder->finish();
}

}  // namespace tsflow::testing
