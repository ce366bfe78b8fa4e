#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/bits.hpp"
#include "tsflow/arrow.hpp"

namespace tsflow {

/// Throws Error: "the Arrow array of column 'close' " and the problem.
[[noreturn]] void refuse_array(const std::string& column, const std::string& problem);

/// Some rows of an array made by others, whose counts and buffers were checked: what it says of
/// itself fits together. The array and the column's name must outlive the view.
class ArrayView {
public:
    /// `rows` rows from `first`, on top of the array's own offset.
    ArrayView(const ArrowArray& array, std::int64_t buffers, std::size_t first, std::size_t rows,
              const std::string& column);

    std::size_t rows() const noexcept { return rows_; }
    /// Where in the buffers the rows begin.
    std::size_t at() const noexcept { return at_; }
    std::size_t nulls() const noexcept { return nulls_; }
    bool is_null(std::size_t row) const noexcept {
        return nulls_ > 0 && !bit(validity(), at_ + row);
    }
    /// Null only when there are no rows.
    const std::byte* values() const;
    const char* text() const noexcept { return static_cast<const char*>(array_.buffers[2]); }
    const std::string& column() const noexcept { return column_; }

private:
    const std::byte* validity() const noexcept {
        return static_cast<const std::byte*>(array_.buffers[0]);
    }

    const ArrowArray& array_;
    const std::string& column_;
    std::size_t rows_;
    std::size_t at_ = 0;
    std::size_t nulls_ = 0;
};

/// The texts of a utf8 array, with their offsets checked.
class TextView {
public:
    explicit TextView(const ArrayView& view);
    std::string_view operator[](std::size_t row) const noexcept {
        const auto length = static_cast<std::size_t>(offsets_[row + 1] - offsets_[row]);
        return length == 0 ? std::string_view{} : std::string_view{text_ + offsets_[row], length};
    }

private:
    std::vector<std::int32_t> offsets_;
    const char* text_;
};

/// A dictionary of texts as symbols. Only those that a row has are interned, because the process
/// keeps each for ever. Throws Error for an index outside the dictionary.
class DictionaryView {
public:
    DictionaryView(const ArrowArray& array, const std::string& column);

    bool is_null(std::int32_t index) const;
    /// The code of the symbol.
    std::int32_t code(std::int32_t index);

private:
    std::size_t checked(std::int32_t index) const;

    ArrayView view_;
    TextView texts_;
    std::vector<std::int32_t> codes_;
};

}  // namespace tsflow
