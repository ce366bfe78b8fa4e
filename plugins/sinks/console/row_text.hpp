#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tsflow/batch.hpp"

namespace tsflow {

/// Lays rows out for people. As a table:
///
///     symbol  time                  close
///                                     USD
///     ------  --------------------  -----
///     MSFT    2016-04-15T13:30:00Z  55.25
///
/// or, where a table would be too wide, as a list of one line a value under each row's number. Widths
/// come from the first rows; a later, longer value pushes its line to the right.
class RowText {
public:
    enum class Layout { table, list };

    explicit RowText(SchemaPtr schema) : schema_(std::move(schema)) {}

    /// Fixes the widths by the first `rows` rows of `batch`.
    void fit(const Batch& batch, std::size_t rows);
    /// The characters that a line of the table takes.
    std::size_t width() const noexcept;

    /// The lines above the first row; empty for a list.
    std::string header(Layout layout) const;
    /// One row, with its line's end; `number` counts from 1.
    void append(std::string& out, const Batch& batch, std::size_t row, std::size_t number,
                Layout layout) const;

private:
    struct Column {
        std::size_t width = 0;
        std::size_t decimals = 0;  // behind the point, so that points stand below each other
    };
    std::string cell(const Batch& batch, std::size_t column, std::size_t row) const;
    void append_line(std::string& out, const std::vector<std::string>& cells) const;

    SchemaPtr schema_;
    std::vector<Column> columns_;
};

}  // namespace tsflow
