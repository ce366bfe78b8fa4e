#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "data/arrow_view.hpp"
#include "data/block.hpp"
#include "tsflow/arrow.hpp"
#include "tsflow/error.hpp"

namespace tsflow {

namespace {

/// Releases the array at the end of the import, however it ends.
class Released {
public:
    explicit Released(ArrowArray* array) noexcept : array_(array) {}
    Released(const Released&) = delete;
    Released& operator=(const Released&) = delete;
    ~Released() {
        if (array_->release != nullptr) {
            array_->release(array_);
        }
    }

private:
    ArrowArray* array_;
};

/// One column on its way from an array into a block, in two steps: what it needs, and the copy.
class ColumnImport {
public:
    ColumnImport(const Field& field, const ArrowArray& array, std::size_t first, std::size_t rows)
        : type_(field.type),
          view_(array, field.type == Type::string ? 3 : 2, first, rows, field.name) {
        if (type_ == Type::string) {
            read_texts();
        } else if (type_ == Type::symbol) {
            read_symbols(array);
        } else {
            view_.values();
            null_count_ = view_.nulls();
        }
        if (null_count_ > 0 && !field.nullable) {
            refuse_array(field.name, "holds " + std::to_string(null_count_) +
                                         " nulls, but the column is not nullable");
        }
    }

    Type type() const noexcept { return type_; }
    std::size_t text_bytes() const noexcept { return text_.size(); }
    bool has_nulls() const noexcept { return null_count_ > 0; }

    void write(const NewColumn& to) const {
        const std::size_t rows = view_.rows();
        const std::size_t width = width_of(type_);
        if (type_ == Type::string || type_ == Type::symbol) {
            std::copy(words_.begin(), words_.end(), to.as<std::int32_t>());
            std::copy(text_.begin(), text_.end(), to.text);
        } else if (type_ == Type::boolean) {
            for (std::size_t row = 0; row < rows; ++row) {
                to.as<bool>()[row] = bit(view_.values(), view_.at() + row);
            }
        } else if (rows > 0) {
            std::memcpy(to.values, view_.values() + view_.at() * width, rows * width);
        }
        for (std::size_t row = 0; null_count_ > 0 && row < rows; ++row) {
            if (is_null(row)) {
                clear_bit(to.validity, row);
                if (type_ != Type::string) {
                    std::memset(to.values + row * width, 0, width);
                }
            }
        }
    }

private:
    bool is_null(std::size_t row) const {
        return view_.is_null(row) || (!null_codes_.empty() && null_codes_[row]);
    }

    void read_texts() {
        const TextView texts(view_);
        null_count_ = view_.nulls();
        words_.push_back(0);
        for (std::size_t row = 0; row < view_.rows(); ++row) {
            if (!view_.is_null(row)) {  // null rows hold no text here, whatever the array has
                text_ += texts[row];
            }
            words_.push_back(static_cast<std::int32_t>(text_.size()));
        }
    }

    void read_symbols(const ArrowArray& array) {
        if (array.dictionary == nullptr) {
            refuse_array(view_.column(), "has no dictionary, which a symbol column needs");
        }
        DictionaryView symbols(*array.dictionary, view_.column());
        words_.resize(view_.rows());
        if (view_.rows() > 0) {
            std::memcpy(words_.data(), view_.values() + view_.at() * sizeof(std::int32_t),
                        words_.size() * sizeof(std::int32_t));
        }
        null_codes_.resize(words_.size());
        for (std::size_t row = 0; row < words_.size(); ++row) {
            // A row is null by its own bit, or because its text in the dictionary is.
            null_codes_[row] = view_.is_null(row) || symbols.is_null(words_[row]);
            null_count_ += null_codes_[row] ? 1 : 0;
            words_[row] = null_codes_[row] ? 0 : symbols.code(words_[row]);
        }
    }

    Type type_;
    ArrayView view_;
    std::size_t null_count_ = 0;
    std::vector<std::int32_t> words_;  // offsets of a string column, codes of a symbol column
    std::string text_;
    std::vector<bool> null_codes_;
};

/// Checks the struct around the columns.
void check_struct(const ArrowArray& array, const Schema& schema) {
    if (array.n_children != static_cast<std::int64_t>(schema.size())) {
        throw Error("the Arrow array has " + std::to_string(array.n_children) +
                    " columns and the schema has " + std::to_string(schema.size()) + " (" +
                    schema.to_string() + ")");
    }
    if (array.length < 0 || array.offset < 0) {
        throw Error("the Arrow array has the length " + std::to_string(array.length) +
                    " and the offset " + std::to_string(array.offset));
    }
    const auto* validity = array.n_buffers > 0 && array.buffers != nullptr
                               ? static_cast<const std::byte*>(array.buffers[0])
                               : nullptr;
    const std::size_t nulls = validity == nullptr
                                  ? 0
                                  : count_zeros(validity, static_cast<std::size_t>(array.offset),
                                                static_cast<std::size_t>(array.length));
    if (nulls > 0) {
        throw Error("the Arrow array holds " + std::to_string(nulls) +
                    " rows that are null as a whole; only single values can be null");
    }
    for (std::size_t i = 0; i < schema.size(); ++i) {
        if (array.children == nullptr || array.children[i] == nullptr ||
            array.children[i]->release == nullptr) {
            refuse_array(schema[i].name, "is missing or was released already");
        }
    }
}

}  // namespace

Batch import_batch(ArrowArray* in, const SchemaPtr& schema) {
    if (in->release == nullptr) {
        throw Error("the Arrow array was released already");
    }
    const Released released(in);
    check_struct(*in, *schema);
    const auto first = static_cast<std::size_t>(in->offset);
    const auto rows = static_cast<std::size_t>(in->length);
    std::vector<ColumnImport> columns;
    columns.reserve(schema->size());
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < schema->size(); ++i) {
        const auto& column = columns.emplace_back((*schema)[i], *in->children[i], first, rows);
        check_text(*schema, i, column.text_bytes());
        bytes +=
            BlockWriter::bytes_of(column.type(), rows, column.text_bytes(), column.has_nulls());
    }
    BlockWriter writer(schema, rows, bytes);
    for (const ColumnImport& column : columns) {
        column.write(writer.add(column.type(), column.text_bytes(), column.has_nulls()));
    }
    return writer.finish();
}

}  // namespace tsflow
