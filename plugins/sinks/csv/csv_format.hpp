#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tsflow/batch.hpp"

namespace tsflow {

/// Rows as lines of RFC 4180: fields with the delimiter, a quote, CR or LF stand in quotes. Null is
/// nothing between two delimiters and the empty string is `""`, so that they can be told apart.
class CsvFormat {
public:
    CsvFormat(const Schema& schema, char delimiter);

    /// The names of the columns, with the line's end.
    std::string header() const;
    void append(std::string& out, const Batch& batch) const;

private:
    void append_field(std::string& out, std::string_view text) const;

    char delimiter_;
    std::array<bool, 256> special_{};  // characters that make quotes necessary
    std::vector<std::string> names_;
    std::vector<Type> types_;
};

}  // namespace tsflow
