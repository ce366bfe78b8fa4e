#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "market/bar.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/time.hpp"

namespace tsflow::flat_file {

/// Where a file's header line puts the columns of a bar.
class Header {
public:
    /// `line` without its end. Other columns are allowed. Throws Error, naming `file` and the column,
    /// when one is missing or there twice.
    Header(std::string_view line, const std::string& file);

    /// How many fields a row has.
    std::size_t fields() const noexcept { return fields_; }
    /// The field of a column; `column` is one of market::bar_column.
    std::size_t operator[](std::size_t column) const noexcept { return at_[column]; }

private:
    std::size_t fields_ = 0;
    std::array<std::size_t, market::bar_column::count> at_{};
};

/// Cuts lines at their commas. Fields in double quotes lose them, doubled ones inside become one.
class FieldSplitter {
public:
    /// Keeps up to `most_fields` fields of a line.
    explicit FieldSplitter(std::size_t most_fields) : fields_(most_fields) {}

    /// How many fields `line` has, also beyond those kept; 0 when its quotes do not pair up.
    std::size_t split(std::string_view line);
    /// Lives as long as the line and until the next split().
    std::string_view operator[](std::size_t field) const noexcept { return fields_[field]; }

private:
    std::size_t split_quoted(std::string_view line);
    void keep(std::size_t field, std::string_view text) {
        if (field < fields_.size()) {
            fields_[field] = text;
        }
    }

    std::vector<std::string_view> fields_;
    std::string unquoted_;
};

/// Which rows are wanted.
struct RowFilter {
    std::span<const std::string> symbols;  ///< sorted; empty: all; must outlive who uses the filter
    Timestamp begin = Timestamp::min();
    Timestamp last = Timestamp::max();  ///< inclusive
};

/// Turns the lines of one file into rows. Pure: bytes in, rows out; no I/O.
class RowParser {
public:
    /// Takes each row that cannot be read: its line number, text and what is wrong with it.
    using Reject = std::function<void(std::uint64_t line, std::string_view raw, std::string what)>;

    RowParser(const Header& header, const RowFilter& filter, Reject reject);

    /// Reads whole lines off the front of `text` until `out` holds `most_rows` rows or no whole line is
    /// left; `is_last` makes what stands behind the last line feed a line. Returns the bytes read.
    std::size_t parse(std::string_view text, bool is_last, BatchBuilder& out,
                      std::size_t most_rows);

    /// The number of the line that comes next, counted from 1.
    std::uint64_t line() const noexcept { return line_; }
    /// Tells it, when lines went by that parse() did not see.
    void set_line(std::uint64_t line) noexcept { line_ = line; }
    /// The greatest event time of all rows so far.
    Timestamp greatest() const noexcept { return greatest_; }

private:
    void parse_line(std::string_view line, BatchBuilder& out);
    void change_symbol(std::string_view ticker);
    void reject(std::string_view line, std::string what) const;

    Header header_;
    RowFilter filter_;
    std::uint64_t line_ = 1;
    Reject reject_;
    FieldSplitter splitter_;
    market::Bar bar_;     // keeps the symbol, which the next row most often has too
    std::string ticker_;  // of that symbol
    bool wanted_ = false;
    Timestamp greatest_ = Timestamp::min();
};

}  // namespace tsflow::flat_file
