#include "tsflow/builder.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "data/block.hpp"
#include "tsflow/error.hpp"

namespace tsflow {

namespace detail {

void Buffer::append(const void* bytes, std::size_t count) {
    if (capacity_ - size_ < count) {
        grow(count);
    }
    if (count > 0) {
        std::memcpy(data_.get() + size_, bytes, count);
        size_ += count;
    }
}

void Buffer::grow(std::size_t more) {
    // A multiple of the buffers' alignment: copy_out() reads whole such pieces.
    const std::size_t capacity = padded(std::max(2 * capacity_, size_ + more));
    auto data = std::make_unique_for_overwrite<std::byte[]>(capacity);
    if (size_ > 0) {
        std::memcpy(data.get(), data_.get(), size_);
    }
    data_ = std::move(data);
    capacity_ = capacity;
}

}  // namespace detail

namespace {

/// Copies a buffer to one of a block. Most batches of a live feed are short, so the copies go
/// without a call: one value by its width (a wider load would have to wait for the store that just
/// pushed it), and few values in whole pieces, as both ends are padded.
void copy_out(void* to, const detail::Buffer& from) {
    constexpr std::size_t few = 8 * buffer_alignment;
    const std::size_t size = from.size();
    const std::byte* in = from.data();
    if (size == 8) {
        std::memcpy(to, in, 8);
    } else if (size == 4) {
        std::memcpy(to, in, 4);
    } else if (size > few) {
        std::memcpy(to, in, size);
    } else {
        auto* out = static_cast<std::byte*>(to);
        for (std::size_t done = 0; done < size; done += buffer_alignment) {
            std::memcpy(out + done, in + done, buffer_alignment);
        }
    }
}

/// Most texts are names of a few letters, for which a call takes longer than the copy.
inline void copy_text(std::byte* to, std::string_view text) {
    const std::size_t size = text.size();
    const auto copy_ends = [&](auto end) {
        auto other = end;
        std::memcpy(&end, text.data(), sizeof end);
        std::memcpy(&other, text.data() + size - sizeof other, sizeof other);
        std::memcpy(to, &end, sizeof end);
        std::memcpy(to + size - sizeof other, &other, sizeof other);
    };
    if (size > 16) {
        std::memcpy(to, text.data(), size);
    } else if (size >= 8) {
        copy_ends(std::uint64_t{});
    } else if (size >= 4) {
        copy_ends(std::uint32_t{});
    } else if (size >= 2) {
        copy_ends(std::uint16_t{});
    } else if (size == 1) {
        std::memcpy(to, text.data(), 1);
    }
}

/// Columns that are null throughout are common: what a feed never sends.
void clear_bits(std::byte* bits, const std::vector<std::uint32_t>& nulls, std::size_t rows) {
    std::size_t done = 0;
    if (nulls.size() == rows && rows > 0) {
        done = rows / 8 * 8;
        std::memset(bits, 0, done / 8);
    }
    for (; done < nulls.size(); ++done) {
        clear_bit(bits, nulls[done]);
    }
}

}  // namespace

BatchBuilder::BatchBuilder(SchemaPtr schema) : schema_(std::move(schema)) {
    columns_.reserve(schema_->size());
    for (const Field& field : schema_->fields()) {
        columns_.push_back(Column{field.type, field.nullable, 0, {}, {}, {}});
    }
}

BatchBuilder::BatchBuilder(BatchBuilder&&) noexcept = default;
BatchBuilder& BatchBuilder::operator=(BatchBuilder&&) noexcept = default;
BatchBuilder::~BatchBuilder() = default;

void BatchBuilder::push(std::size_t index, std::string_view text) {
    Column& column = columns_[index];
    if (column.type == Type::symbol) {
        push(index, Symbol::intern(text));
        return;
    }
    if (column.type != Type::string) {
        detail::wrong_column(*schema_, index, Type::string);
    }
    if (column.text.size() + text.size() > longest_text) {
        check_text(*schema_, index, column.text.size() + text.size());
    }
    copy_text(column.text.extend(text.size()), text);
    column.values.push(static_cast<std::int32_t>(column.text.size()));
    ++column.rows;
}

void BatchBuilder::push_texts(std::size_t index, std::string_view texts,
                              std::span<const std::int32_t> ends) {
    Column& column = columns_[index];
    if (column.type != Type::string) {
        detail::wrong_column(*schema_, index, Type::string);
    }
    const auto before = static_cast<std::int32_t>(column.text.size());
    check_text(*schema_, index, column.text.size() + texts.size());
    column.text.append(texts.data(), texts.size());
    auto* to =
        reinterpret_cast<std::int32_t*>(column.values.extend(ends.size() * sizeof(std::int32_t)));
    for (const std::int32_t end : ends) {
        *to++ = before + end;
    }
    column.rows += ends.size();
}

void BatchBuilder::push_null(std::size_t index) {
    Column& column = columns_[index];
    if (!column.nullable) {
        throw Error("column '" + (*schema_)[index].name + "' is not nullable and got a null");
    }
    column.nulls.push_back(static_cast<std::uint32_t>(column.rows));
    switch (width_of(column.type)) {
        case 1:
            column.values.push(std::uint8_t{0});
            break;
        case 4:
            column.values.push(column.type == Type::string
                                   ? static_cast<std::int32_t>(column.text.size())
                                   : std::int32_t{0});
            break;
        default:
            column.values.push(std::int64_t{0});
    }
    ++column.rows;
}

void BatchBuilder::push_nulls(std::size_t index, std::size_t rows) {
    Column& column = columns_[index];
    if (column.type == Type::string || !column.nullable) {
        for (std::size_t i = 0; i < rows; ++i) {
            push_null(index);
        }
        return;
    }
    const std::size_t bytes = rows * width_of(column.type);
    std::fill_n(column.values.extend(bytes), bytes, std::byte{});
    const std::size_t before = column.nulls.size();
    column.nulls.resize(before + rows);
    std::iota(column.nulls.begin() + static_cast<std::ptrdiff_t>(before), column.nulls.end(),
              static_cast<std::uint32_t>(column.rows));
    column.rows += rows;
}

void BatchBuilder::push_from(std::size_t index, const Batch& batch, std::size_t column,
                             std::size_t row) {
    if (batch.is_null(column, row)) {
        push_null(index);
        return;
    }
    switch (columns_[index].type) {
        case Type::boolean:
            return push(index, batch.column<bool>(column)[row]);
        case Type::int64:
            return push(index, batch.column<std::int64_t>(column)[row]);
        case Type::float64:
            return push(index, batch.column<double>(column)[row]);
        case Type::timestamp:
            return push(index, batch.column<Timestamp>(column)[row]);
        case Type::date:
            return push(index, batch.column<Date>(column)[row]);
        case Type::string:
            return push(index, batch.strings(column)[row]);
        case Type::symbol:
            return push(index, batch.column<Symbol>(column)[row]);
    }
}

void BatchBuilder::push_row(const Batch& batch, std::size_t row) {
    for (std::size_t column = 0; column < columns_.size(); ++column) {
        push_from(column, batch, column, row);
    }
}

void BatchBuilder::truncate(std::size_t rows) {
    for (Column& column : columns_) {
        if (column.rows <= rows) {
            continue;
        }
        column.rows = rows;
        column.values.truncate(rows * width_of(column.type));
        if (column.type == Type::string) {
            std::int32_t end = 0;
            if (rows > 0) {
                std::memcpy(&end, column.values.data() + (rows - 1) * sizeof end, sizeof end);
            }
            column.text.truncate(static_cast<std::size_t>(end));
        }
        while (!column.nulls.empty() && column.nulls.back() >= rows) {
            column.nulls.pop_back();
        }
    }
}

Batch BatchBuilder::finish() {
    const std::size_t rows = this->rows();
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const Column& column = columns_[i];
        if (column.rows != rows) {
            throw Error("column '" + (*schema_)[i].name + "' has " + std::to_string(column.rows) +
                        " rows and column '" + schema_->fields().front().name + "' has " +
                        std::to_string(rows) + "; every row needs a value in each column");
        }
        bytes +=
            BlockWriter::bytes_of(column.type, rows, column.text.size(), !column.nulls.empty());
    }
    BlockWriter writer(schema_, rows, bytes);
    for (Column& column : columns_) {
        const NewColumn to = writer.add(column.type, column.text.size(), !column.nulls.empty());
        if (column.type == Type::string) {
            *to.as<std::int32_t>() = 0;
            std::copy_n(column.values.data(), column.values.size(),
                        to.values + sizeof(std::int32_t));
            copy_out(to.text, column.text);
            column.text.clear();
        } else {
            copy_out(to.values, column.values);
        }
        clear_bits(to.validity, column.nulls, rows);
        column.nulls.clear();
        column.values.clear();
        column.rows = 0;
    }
    return writer.finish();
}

}  // namespace tsflow
