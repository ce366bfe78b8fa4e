#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "tsflow/batch.hpp"
#include "tsflow/export.hpp"
#include "tsflow/schema.hpp"

namespace tsflow {

namespace detail {

/// Growing bytes without zeroing; the builder's scratch space, kept from batch to batch.
class TSFLOW_API Buffer {
public:
    template <class T>
    void push(T value) {
        if (capacity_ - size_ < sizeof(T)) {
            grow(sizeof(T));
        }
        std::memcpy(data_.get() + size_, &value, sizeof(T));
        size_ += sizeof(T);
    }
    void append(const void* bytes, std::size_t count);
    /// Makes room for `count` bytes, which the caller writes.
    std::byte* extend(std::size_t count) {
        if (capacity_ - size_ < count) {
            grow(count);
        }
        std::byte* added = data_.get() + size_;
        size_ += count;
        return added;
    }
    std::byte* data() noexcept { return data_.get(); }
    const std::byte* data() const noexcept { return data_.get(); }
    std::size_t size() const noexcept { return size_; }
    void clear() noexcept { size_ = 0; }
    /// Drops all bytes behind the first `size`.
    void truncate(std::size_t size) noexcept { size_ = size; }

private:
    void grow(std::size_t more);
    std::unique_ptr<std::byte[]> data_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace detail

/// Collects values by column and makes batches of them. The scratch space is kept, so a builder
/// that is used again allocates once a batch. One thread at a time.
///
///     BatchBuilder out(schema);
///     out.push(symbol, Symbol::intern("MSFT"));
///     out.push(close, 55.25);
///     emitter.emit(out.finish());
class TSFLOW_API BatchBuilder {
public:
    explicit BatchBuilder(SchemaPtr schema);
    BatchBuilder(BatchBuilder&&) noexcept;
    BatchBuilder& operator=(BatchBuilder&&) noexcept;
    ~BatchBuilder();

    const SchemaPtr& schema() const noexcept { return schema_; }
    /// Rows of the first column; all must agree at `finish()`.
    std::size_t rows() const noexcept { return columns_.empty() ? 0 : columns_.front().rows; }
    bool empty() const noexcept { return rows() == 0; }

    /// Appends a value to column `index`; the type must be the column's own (checked, throws
    /// Error).
    template <FixedWidth T>
    void push(std::size_t index, T value) {
        Column& column = columns_[index];
        if (column.type != detail::type_of<T>) {
            detail::wrong_column(*schema_, index, detail::type_of<T>);
        }
        column.values.push(value);
        ++column.rows;
    }
    /// Appends `rows` values, none of them null, to a column, for the caller to write: the way for
    /// loops that fill whole columns. The span is valid until the next call on this builder.
    template <FixedWidth T>
    std::span<T> extend(std::size_t index, std::size_t rows) {
        Column& column = columns_[index];
        if (column.type != detail::type_of<T>) {
            detail::wrong_column(*schema_, index, detail::type_of<T>);
        }
        column.rows += rows;
        return {reinterpret_cast<T*>(column.values.extend(rows * sizeof(T))), rows};
    }
    /// Appends to a string column, or interns for a symbol column. Throws Error when the texts of a
    /// string column come to more than 2 GiB.
    void push(std::size_t index, std::string_view text);
    void push(std::size_t index, const char* text) { push(index, std::string_view{text}); }
    /// Appends many texts to a string column that lie one behind the other in `texts`; `ends` holds where
    /// each ends there, ascending. Throws as above.
    void push_texts(std::size_t index, std::string_view texts, std::span<const std::int32_t> ends);
    /// Throws Error when the column is not nullable.
    void push_null(std::size_t index);
    /// Appends `rows` nulls at once; throws as above.
    void push_nulls(std::size_t index, std::size_t rows);
    /// Appends one value of a batch, null or not, to a column of the same type.
    void push_from(std::size_t index, const Batch& batch, std::size_t column, std::size_t row);
    /// Appends one whole row of a batch of the same schema.
    void push_row(const Batch& batch, std::size_t row);
    /// Takes back all that was pushed beyond `rows` rows, in any column: a half-read record is
    /// undone.
    void truncate(std::size_t rows);

    /// The rows so far as a batch; the builder is empty afterwards. Throws Error, and keeps
    /// the rows, when the columns are not equally long.
    Batch finish();

private:
    struct Column {
        Type type;
        bool nullable;
        std::size_t rows = 0;
        detail::Buffer values;             // for strings: the end offset of each row
        detail::Buffer text;               // string bytes
        std::vector<std::uint32_t> nulls;  // rows that are null, ascending
    };
    SchemaPtr schema_;
    std::vector<Column> columns_;
};

}  // namespace tsflow
