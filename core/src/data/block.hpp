#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "data/bits.hpp"
#include "tsflow/batch.hpp"
#include "tsflow/export.hpp"

namespace tsflow {

inline constexpr std::size_t buffer_alignment = 64;

constexpr std::size_t padded(std::size_t bytes) noexcept {
    return (bytes + buffer_alignment - 1) & ~(buffer_alignment - 1);
}

/// Bytes of one value; for a string, of its offset.
constexpr std::size_t width_of(Type type) noexcept {
    switch (type) {
        case Type::boolean:
            return 1;
        case Type::date:
        case Type::string:
        case Type::symbol:
            return 4;
        case Type::int64:
        case Type::float64:
        case Type::timestamp:
            break;
    }
    return 8;
}

/// The insides of a batch, for the files of this folder.
struct BatchAccess {
    static const detail::ColumnBuffers& column(const Batch& batch, std::size_t index) noexcept {
        return batch.block_->columns()[index];
    }
    static std::size_t offset(const Batch& batch) noexcept { return batch.offset_; }
    static std::size_t null_count(const Batch& batch, std::size_t index) noexcept {
        const std::byte* validity = column(batch, index).validity;
        return validity == nullptr ? 0 : count_zeros(validity, batch.offset_, batch.rows_);
    }
    /// Takes over the block's reference.
    static Batch make(detail::Block* block) noexcept { return Batch(block); }

    /// The values of the batch's rows (of a string column: the offsets), and its text bytes.
    template <class T>
    static const T* values(const Batch& batch, std::size_t index) noexcept {
        return reinterpret_cast<const T*>(column(batch, index).values) + batch.offset_;
    }
};

/// What fills one column of a new block. `validity` is null unless asked for, and all ones at
/// first.
struct NewColumn {
    std::byte* values = nullptr;
    std::byte* validity = nullptr;
    char* text = nullptr;

    template <class T>
    T* as() const noexcept {
        return reinterpret_cast<T*>(values);
    }
};

/// Fills the one allocation of a batch, column by column, in the schema's order:
///
///     std::size_t bytes = 0;
///     for (…each column…) bytes += BlockWriter::bytes_of(type, rows, text_bytes, with_nulls);
///     BlockWriter writer(schema, rows, bytes);
///     for (…each column…) { NewColumn column = writer.add(type, text_bytes, with_nulls); … }
///     return writer.finish();
class BlockWriter {
public:
    static std::size_t bytes_of(Type type, std::size_t rows, std::size_t text_bytes,
                                bool with_nulls) noexcept {
        std::size_t bytes = with_nulls ? padded(bitmap_bytes(rows)) : 0;
        if (type == Type::string) {
            return bytes + padded((rows + 1) * sizeof(std::int32_t)) + padded(text_bytes);
        }
        return bytes + padded(rows * width_of(type));
    }

    /// Throws Error for more rows than a batch can count. Exported for the host's journal.
    TSFLOW_API BlockWriter(const SchemaPtr& schema, std::size_t rows, std::size_t buffer_bytes);
    BlockWriter(const BlockWriter&) = delete;
    BlockWriter& operator=(const BlockWriter&) = delete;
    ~BlockWriter() {
        if (block_ != nullptr) {
            detail::destroy(block_);
        }
    }

    NewColumn add(Type type, std::size_t text_bytes, bool with_nulls) noexcept {
        NewColumn column;
        const std::size_t rows = block_->rows;
        column.values =
            place(type == Type::string ? (rows + 1) * sizeof(std::int32_t) : rows * width_of(type));
        if (type == Type::string) {
            column.text = reinterpret_cast<char*>(place(text_bytes));
        }
        if (with_nulls) {
            column.validity = place(bitmap_bytes(rows));
            std::memset(column.validity, 0xff, bitmap_bytes(rows));
        }
        *described_++ = {column.values, column.validity, column.text};
        return column;
    }

    Batch finish() noexcept {
        detail::Block* block = block_;
        block_ = nullptr;
        return BatchAccess::make(block);
    }

private:
    std::byte* place(std::size_t bytes) noexcept {
        std::byte* at = next_;
        next_ += padded(bytes);
        return at;
    }

    detail::Block* block_;
    detail::ColumnBuffers* described_;
    std::byte* next_;
};

/// Throws Error naming the column when its text goes beyond what int32 offsets reach.
inline constexpr std::size_t longest_text = 0x7fffffff;
void check_text(const Schema& schema, std::size_t column, std::size_t bytes);

}  // namespace tsflow
