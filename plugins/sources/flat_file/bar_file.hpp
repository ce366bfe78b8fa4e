#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "csv_rows.hpp"
#include "gzip_reader.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/context.hpp"
#include "tsflow/time.hpp"

namespace tsflow::flat_file {

/// A place between two lines of a file.
struct Place {
    std::uint64_t offset = 0;  ///< in the inflated text; 0 is in front of the header
    std::uint64_t line = 1;    ///< number of the line that begins there
};

/// One file of bars being read, a piece at a time.
class BarFile {
public:
    /// Opens the file, reads its header and skips to `from`. Throws Error when it cannot. Rows that
    /// cannot be read are rejected through `context`, which must outlive this.
    BarFile(const std::filesystem::path& path, const RowFilter& filter, Context& context,
            const Place& from = {}, std::size_t room = GzipReader::default_room);
    BarFile(const BarFile&) = delete;
    BarFile& operator=(const BarFile&) = delete;

    enum class Step {
        filled,  ///< `out` holds `most_rows` rows
        more,    ///< there is more to read
        end,     ///< the file is over
        broken,  ///< what follows cannot be read; see failure()
    };
    /// Appends rows to `out` until it holds `most_rows`, or one buffer of the file is read.
    Step step(BatchBuilder& out, std::size_t most_rows);
    const std::string& failure() const noexcept { return reader_.failure(); }

    /// Behind the last line that step() has read.
    Place place() const noexcept;
    /// The greatest event time among the rows appended here; Timestamp::min() when there is none.
    Timestamp greatest() const noexcept { return parser_.greatest(); }
    /// How much of the file, as stored, has been used.
    std::uint64_t file_offset() const noexcept { return reader_.file_offset(); }

private:
    Header read_header();
    std::string_view next_line();
    void skip_to(const Place& place);
    void parse(bool is_last, BatchBuilder& out, std::size_t most_rows);
    void begin_long_line();
    void skip_long_line();

    std::filesystem::path path_;
    Context& context_;
    GzipReader reader_;
    std::uint64_t header_lines_ = 0;
    RowParser parser_;
    std::uint64_t long_line_bytes_ = 0;  // consumed so far of a line too long to be one
};

}  // namespace tsflow::flat_file
