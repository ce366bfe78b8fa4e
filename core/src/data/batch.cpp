#include "tsflow/batch.hpp"

#include <cstring>

#include "data/block.hpp"
#include "tsflow/error.hpp"

namespace tsflow {

namespace {

bool equal_nulls(const Batch& a, const Batch& b, std::size_t column) {
    if (!a.has_nulls(column) && !b.has_nulls(column)) {
        return true;
    }
    for (std::size_t row = 0; row < a.rows(); ++row) {
        if (a.is_null(column, row) != b.is_null(column, row)) {
            return false;
        }
    }
    return true;
}

bool equal_texts(const Batch& a, const Batch& b, std::size_t column) {
    const StringColumn left = a.strings(column);
    const StringColumn right = b.strings(column);
    for (std::size_t row = 0; row < left.size(); ++row) {
        if (left[row] != right[row]) {
            return false;
        }
    }
    return true;
}

/// Null rows hold zero in every batch, so comparing all bytes is right for them too.
bool equal_values(const Batch& a, const Batch& b, std::size_t column, std::size_t width) {
    const std::byte* left = BatchAccess::column(a, column).values + BatchAccess::offset(a) * width;
    const std::byte* right = BatchAccess::column(b, column).values + BatchAccess::offset(b) * width;
    return std::memcmp(left, right, a.rows() * width) == 0;
}

}  // namespace

Batch Batch::slice(std::size_t offset, std::size_t rows) const {
    if (offset > rows_ || rows > rows_ - offset) {
        throw Error("rows " + std::to_string(offset) + " to " + std::to_string(offset + rows) +
                    " do not lie within a batch of " + std::to_string(rows_) + " rows");
    }
    Batch part = *this;
    part.offset_ += static_cast<std::uint32_t>(offset);
    part.rows_ = static_cast<std::uint32_t>(rows);
    return part;
}

bool Batch::operator==(const Batch& other) const {
    if (block_ == nullptr || other.block_ == nullptr) {
        return block_ == other.block_;
    }
    if (rows_ != other.rows_ || !same(schema(), other.schema())) {
        return false;
    }
    for (std::size_t column = 0; column < schema()->size(); ++column) {
        const Type type = (*schema())[column].type;
        const bool equal = type == Type::string
                               ? equal_texts(*this, other, column)
                               : equal_values(*this, other, column, width_of(type));
        if (!equal || !equal_nulls(*this, other, column)) {
            return false;
        }
    }
    return true;
}

}  // namespace tsflow
