#include "csv_format.hpp"

#include <algorithm>

namespace tsflow {

CsvFormat::CsvFormat(const Schema& schema, char delimiter) : delimiter_(delimiter) {
    for (const char c : {delimiter, '"', '\r', '\n'}) {
        special_[static_cast<unsigned char>(c)] = true;
    }
    for (const Field& field : schema.fields()) {
        names_.push_back(field.name);
        types_.push_back(field.type);
    }
}

std::string CsvFormat::header() const {
    std::string line;
    for (const std::string& name : names_) {
        append_field(line, name);
        line += delimiter_;
    }
    line.back() = '\n';
    return line;
}

void CsvFormat::append_field(std::string& out, std::string_view text) const {
    const auto special = [this](char c) { return special_[static_cast<unsigned char>(c)]; };
    if (!text.empty() && std::none_of(text.begin(), text.end(), special)) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        if (c == '"') {
            out += '"';
        }
        out += c;
    }
    out += '"';
}

void CsvFormat::append(std::string& out, const Batch& batch) const {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        for (std::size_t column = 0; column < types_.size(); ++column) {
            const Type type = types_[column];
            if (type != Type::string && type != Type::symbol) {
                append_value(out, batch, column, row);
            } else if (!batch.is_null(column, row)) {
                append_field(out, type == Type::string ? batch.strings(column)[row]
                                                       : batch.column<Symbol>(column)[row].text());
            }
            out += delimiter_;
        }
        out.back() = '\n';
    }
}

}  // namespace tsflow
