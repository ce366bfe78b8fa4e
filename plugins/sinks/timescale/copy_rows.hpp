#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "target_table.hpp"
#include "tsflow/batch.hpp"

namespace tsflow::timescale {

/// A row that does not get into the table, and why.
struct RefusedRow {
    std::uint32_t row;
    std::string state;  ///< SQLSTATE
    std::string reason;
};

/// Bytes that grow without being cleared first.
class Bytes {
public:
    void clear() noexcept { size_ = 0; }
    std::string_view view() const noexcept { return {data_.get(), size_}; }
    std::size_t size() const noexcept { return size_; }
    /// Where to write up to `count` bytes; grown() tells how many there were.
    char* room(std::size_t count) {
        if (capacity_ - size_ < count) {
            grow(count);
        }
        return data_.get() + size_;
    }
    void append(std::string_view bytes) {
        grown(std::copy(bytes.begin(), bytes.end(), room(bytes.size())));
    }
    void grown(const char* end) noexcept { size_ = static_cast<std::size_t>(end - data_.get()); }

private:
    void grow(std::size_t more);
    std::unique_ptr<char[]> data_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

/// Writes rows in the server's binary form, straight from their columns: as COPY … (FORMAT binary) takes
/// them, or a column as an array. Times are microseconds there: what is finer is cut off, and counted.
/// https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"
class CopyRows {
public:
    explicit CopyRows(const TargetTable& target);

    /// The rows that follow are of `batch`, which outlives them.
    void start(const Batch& batch);
    /// Takes those rows out of `rows` of which no text type can hold a value: one with a zero byte, or
    /// that is not UTF-8.
    void refuse(std::vector<std::uint32_t>& rows, std::vector<RefusedRow>& refused);

    static void append_header(Bytes& out);
    /// With `numbered`, an integer column follows the others: the place in `rows`, from `first` on.
    void append(std::span<const std::uint32_t> rows, bool numbered, std::int32_t first, Bytes& out);
    static void append_end(Bytes& out);

    std::size_t columns() const noexcept { return columns_.size(); }
    /// In the batch.
    std::size_t field(std::size_t column) const noexcept { return columns_[column].field; }
    /// A column of `count` rows as a binary array: its header, and then some of the rows at a time, each
    /// behind a start() with their batch.
    void append_array_header(std::size_t column, bool has_nulls, std::size_t count,
                             Bytes& out) const;
    void append_values(std::size_t index, std::span<const std::uint32_t> rows, Bytes& out);
    std::uint32_t array_type(std::size_t column) const noexcept;
    static void append_numbers(std::size_t count, Bytes& out);
    static std::uint32_t numbers_type() noexcept;

    /// How many times were cut since this was last asked.
    std::uint64_t take_cut() noexcept { return std::exchange(cut_, 0); }

private:
    struct Column {
        std::size_t field;
        Type type;
        bool has_nulls = false;
        const void* values = nullptr;
        StringColumn strings{nullptr, nullptr, 0};
    };
    /// A symbol's text behind its length; `bad` when it cannot be sent.
    struct SymbolText {
        std::string bytes;
        const char* fault = nullptr;
        bool known = false;
    };

    const SymbolText& symbol_text(std::int32_t code);
    /// Length and value.
    char* put_value(const Column& column, std::uint32_t row, char* at);
    std::string_view text_of(const Column& column, std::uint32_t row);

    const Batch* batch_ = nullptr;
    std::vector<Column> columns_;
    std::vector<SymbolText> symbols_;
    std::size_t fixed_ = 0;  // the most bytes of a row without its texts
    std::uint64_t cut_ = 0;
};

}  // namespace tsflow::timescale
