#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "tsflow/export.hpp"
#include "tsflow/fwd.hpp"
#include "tsflow/schema.hpp"
#include "tsflow/symbol.hpp"
#include "tsflow/time.hpp"

namespace tsflow {

namespace detail {

/// Where one column's buffers lie inside a block (Arrow layout).
struct ColumnBuffers {
    const std::byte* values = nullptr;    ///< values; for strings the int32 offsets (rows + 1)
    const std::byte* validity = nullptr;  ///< one bit a row, 1 = valid, least bit first; or null
    const char* text = nullptr;           ///< bytes of a string column
};

/// The one allocation behind a batch:
///
///     | Block | ColumnBuffers × columns | pad to 64 | buffer | pad to 64 | buffer | … |
struct Block {
    std::atomic<std::uint32_t> references{1};
    std::uint32_t rows = 0;
    std::size_t bytes = 0;
    SchemaPtr schema;

    const ColumnBuffers* columns() const noexcept {
        return reinterpret_cast<const ColumnBuffers*>(this + 1);
    }
};

TSFLOW_API void destroy(Block* block) noexcept;

template <class T>
inline constexpr bool is_fixed_width =
    std::is_same_v<T, bool> || std::is_same_v<T, std::int64_t> || std::is_same_v<T, double> ||
    std::is_same_v<T, Timestamp> || std::is_same_v<T, Date> || std::is_same_v<T, Symbol>;

template <class T>
inline constexpr Type type_of = std::is_same_v<T, bool>           ? Type::boolean
                                : std::is_same_v<T, std::int64_t> ? Type::int64
                                : std::is_same_v<T, double>       ? Type::float64
                                : std::is_same_v<T, Timestamp>    ? Type::timestamp
                                : std::is_same_v<T, Date>         ? Type::date
                                : std::is_same_v<T, Symbol>       ? Type::symbol
                                                                  : Type::string;

[[noreturn]] TSFLOW_API void wrong_column(const Schema& schema, std::size_t index, Type asked);

}  // namespace detail

/// The C++ type of a fixed-width column: bool, int64_t, double, Timestamp, Date, Symbol.
template <class T>
concept FixedWidth = detail::is_fixed_width<T>;

/// The values of a string column; valid as long as the batch it came from.
class StringColumn {
public:
    StringColumn(const std::int32_t* offsets, const char* text, std::size_t rows) noexcept
        : offsets_(offsets), text_(text), rows_(rows) {}
    std::size_t size() const noexcept { return rows_; }
    std::string_view operator[](std::size_t row) const noexcept {
        return {text_ + offsets_[row], static_cast<std::size_t>(offsets_[row + 1] - offsets_[row])};
    }

private:
    const std::int32_t* offsets_;
    const char* text_;
    std::size_t rows_;
};

/// Immutable rows of one schema, by column. Copying a batch copies a pointer; a slice shares the
/// rows. Batches may be read from any number of threads. Made by `BatchBuilder`, `take()` and
/// `import_batch()`.
class TSFLOW_API Batch {
public:
    /// No schema and no rows.
    Batch() noexcept = default;
    Batch(const Batch& other) noexcept
        : block_(other.block_), offset_(other.offset_), rows_(other.rows_) {
        if (block_ != nullptr) {
            block_->references.fetch_add(1, std::memory_order_relaxed);
        }
    }
    Batch(Batch&& other) noexcept
        : block_(std::exchange(other.block_, nullptr)),
          offset_(std::exchange(other.offset_, 0)),
          rows_(std::exchange(other.rows_, 0)) {}
    Batch& operator=(Batch other) noexcept {
        std::swap(block_, other.block_);
        std::swap(offset_, other.offset_);
        std::swap(rows_, other.rows_);
        return *this;
    }
    ~Batch() {
        // The only reference needs no atomic write: nobody else is there to see it.
        if (block_ != nullptr &&
            (block_->references.load(std::memory_order_acquire) == 1 ||
             block_->references.fetch_sub(1, std::memory_order_acq_rel) == 1)) {
            detail::destroy(block_);
        }
    }

    /// False only for a default-constructed or moved-from batch, which has no schema.
    explicit operator bool() const noexcept { return block_ != nullptr; }
    const SchemaPtr& schema() const noexcept { return block_->schema; }
    std::size_t rows() const noexcept { return rows_; }
    bool empty() const noexcept { return rows_ == 0; }
    /// Size of the whole allocation behind this batch, shared with its slices.
    std::size_t bytes() const noexcept { return block_ == nullptr ? 0 : block_->bytes; }

    /// The values of column `index`, `rows()` of them. Values of null rows are zero. Throws Error
    /// when the column is of another type.
    template <FixedWidth T>
    std::span<const T> column(std::size_t index) const {
        check(index, detail::type_of<T>);
        return {reinterpret_cast<const T*>(block_->columns()[index].values) + offset_, rows_};
    }
    StringColumn strings(std::size_t index) const {
        check(index, Type::string);
        const auto& buffers = block_->columns()[index];
        return {reinterpret_cast<const std::int32_t*>(buffers.values) + offset_, buffers.text,
                rows_};
    }
    bool is_null(std::size_t index, std::size_t row) const noexcept {
        const std::byte* bits = block_->columns()[index].validity;
        const std::size_t at = row + offset_;
        return bits != nullptr && ((bits[at >> 3] >> (at & 7)) & std::byte{1}) == std::byte{0};
    }
    /// False when no row of the column can be null, so that callers may skip the test.
    bool has_nulls(std::size_t index) const noexcept {
        return block_->columns()[index].validity != nullptr;
    }

    /// `rows` rows from `offset`, without a copy. Throws Error when they do not lie within the
    /// batch.
    Batch slice(std::size_t offset, std::size_t rows) const;

    /// Equal schema and equal values, floating values bit by bit (so that NaN equals itself).
    bool operator==(const Batch& other) const;

private:
    friend class BatchBuilder;
    friend struct BatchAccess;
    explicit Batch(detail::Block* block) noexcept : block_(block), rows_(block->rows) {}
    void check(std::size_t index, Type asked) const {
        const Schema& schema = *block_->schema;
        if (index >= schema.size() || schema[index].type != asked) {
            detail::wrong_column(schema, index, asked);
        }
    }

    detail::Block* block_ = nullptr;
    std::uint32_t offset_ = 0;
    std::uint32_t rows_ = 0;
};

/// The given rows of `batch`, in the given order, as a new batch. Throws Error for a row that it
/// does not have.
TSFLOW_API Batch take(const Batch& batch, std::span<const std::uint32_t> rows);
/// All rows of `batches`, which must be of one schema and at least one (else Error), as a new
/// batch.
TSFLOW_API Batch concat(std::span<const Batch> batches);
/// One value as text: numbers in the shortest form that reads back exactly, timestamps as
/// `format_timestamp`, null as nothing. The form of the csv and console sinks and of dead letters.
TSFLOW_API void append_value(std::string& out, const Batch& batch, std::size_t column,
                             std::size_t row);
/// One row as a JSON object on one line; 64-bit integers as numbers, NaN and infinities as null;
/// bytes that are not UTF-8 become U+FFFD.
TSFLOW_API void append_json(std::string& out, const Batch& batch, std::size_t row);

}  // namespace tsflow
