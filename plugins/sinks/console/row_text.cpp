#include "row_text.hpp"

#include <algorithm>

namespace tsflow {

namespace {

constexpr std::string_view gap = "  ";
constexpr std::size_t longest_text = 40;

/// Characters as a terminal counts them, but for wide and combining ones.
std::size_t length_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

/// What can be shown as it is: control characters, which could steer a terminal, become escapes.
std::string printable(std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n') {
            result += "\\n";
        } else if (c == '\t') {
            result += "\\t";
        } else if (byte < 0x20 || byte == 0x7f) {
            result += "\\x";
            result += hex[byte >> 4];
            result += hex[byte & 15];
        } else {
            result += c;
        }
    }
    return result;
}

/// The first `count` characters of `text` at most, with an ellipsis for the rest.
std::string shortened(const std::string& text, std::size_t count) {
    if (length_of(text) <= count) {
        return text;
    }
    std::size_t characters = 0;
    std::size_t end = 0;
    while (end < text.size()) {
        const bool starts = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
        if (starts && characters++ == count - 1) {
            break;
        }
        ++end;
    }
    return text.substr(0, end) + "…";
}

bool is_number(Type type) {
    return type == Type::int64 || type == Type::float64;
}

/// How many characters a value has from its decimal point on.
std::size_t decimals_of(const std::string& text) {
    const std::size_t point = text.find('.');
    return point == std::string::npos || text.find('e') != std::string::npos ? 0
                                                                             : text.size() - point;
}

}  // namespace

std::string RowText::cell(const Batch& batch, std::size_t column, std::size_t row) const {
    if (batch.is_null(column, row)) {
        return "null";
    }
    std::string text;
    append_value(text, batch, column, row);
    const Type type = (*schema_)[column].type;
    return type == Type::string || type == Type::symbol ? printable(text) : text;
}

void RowText::fit(const Batch& batch, std::size_t rows) {
    columns_.assign(schema_->size(), Column{});
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const Field& field = (*schema_)[i];
        Column& column = columns_[i];
        std::size_t whole = 0;  // characters before the point
        for (std::size_t row = 0; row < std::min(rows, batch.rows()); ++row) {
            const std::string text = cell(batch, i, row);
            const std::size_t decimals = field.type == Type::float64 ? decimals_of(text) : 0;
            whole = std::max(whole, length_of(text) - decimals);
            column.decimals = std::max(column.decimals, decimals);
        }
        column.width = std::max({std::min(whole + column.decimals, longest_text),
                                 length_of(printable(field.name)), length_of(field.unit)});
    }
}

std::size_t RowText::width() const noexcept {
    std::size_t sum = 0;
    for (const Column& column : columns_) {
        sum += column.width + gap.size();
    }
    return sum == 0 ? 0 : sum - gap.size();
}

void RowText::append_line(std::string& out, const std::vector<std::string>& cells) const {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string text = shortened(cells[i], std::max(longest_text, columns_[i].width));
        const std::size_t length = length_of(text);
        const std::size_t pad = columns_[i].width - std::min(columns_[i].width, length);
        const bool right = is_number((*schema_)[i].type);
        line.append(right ? pad : 0, ' ').append(text).append(right ? 0 : pad, ' ').append(gap);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line;
    out += '\n';
}

std::string RowText::header(Layout layout) const {
    if (layout == Layout::list) {
        return {};
    }
    std::vector<std::string> names;
    std::vector<std::string> units;
    std::vector<std::string> rules;
    bool has_units = false;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        names.push_back(printable((*schema_)[i].name));
        units.push_back((*schema_)[i].unit);
        rules.emplace_back(columns_[i].width, '-');
        has_units = has_units || !units.back().empty();
    }
    std::string out;
    append_line(out, names);
    if (has_units) {
        append_line(out, units);
    }
    for (std::size_t i = 0; i < rules.size(); ++i) {
        out += rules[i];
        out += i + 1 < rules.size() ? gap : "\n";
    }
    return out;
}

void RowText::append(std::string& out, const Batch& batch, std::size_t row, std::size_t number,
                     Layout layout) const {
    if (layout == Layout::table) {
        std::vector<std::string> cells;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            std::string text = cell(batch, i, row);
            if (columns_[i].decimals > 0 && text != "null") {
                text.append(
                    columns_[i].decimals - std::min(columns_[i].decimals, decimals_of(text)), ' ');
            }
            cells.push_back(std::move(text));
        }
        append_line(out, cells);
        return;
    }
    std::size_t widest = 0;
    for (const Field& field : schema_->fields()) {
        widest = std::max(widest, length_of(printable(field.name)));
    }
    out += "row " + std::to_string(number) + "\n";
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const Field& field = (*schema_)[i];
        const std::string name = printable(field.name);
        out.append(gap).append(name).append(widest - length_of(name), ' ').append(gap);
        out += cell(batch, i, row);
        if (!field.unit.empty() && !batch.is_null(i, row)) {
            out += ' ' + field.unit;
        }
        out += '\n';
    }
}

}  // namespace tsflow
