#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tsflow::market {

/// Reads the text of a CSV file with a header, row by row. Columns go by name, in any order; blanks around
/// a field are dropped unless it is quoted; empty lines and lines that start with '#' are skipped. Throws
/// Error with file and line.
class CsvRows {
public:
    /// Columns that are neither `required` nor `optional` are refused, as they are slips.
    /// `text` must outlive the rows.
    CsvRows(std::string file, std::string_view text, std::vector<std::string> required,
            const std::vector<std::string>& optional);

    bool next();
    /// The field of the present row; empty when the file has no such column.
    const std::string& field(std::string_view column) const;
    bool has(std::string_view column) const;
    std::size_t line() const noexcept { return line_; }

    [[noreturn]] void fail(const std::string& problem) const;

private:
    bool read_line();
    std::string read_field(std::string_view& rest) const;

    std::string file_;
    std::string_view rest_;
    std::size_t line_ = 0;
    std::vector<std::string> header_;
    std::vector<std::string> fields_;
};

}  // namespace tsflow::market
