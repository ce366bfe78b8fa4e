#include <cstring>
#include <string>
#include <vector>

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

[[noreturn]] void refuse(const std::string& name, const std::string& problem) {
    throw Error("the Arrow array of column '" + name + "' " + problem);
}

/// A view of `rows` rows of an array whose counts and buffers were checked.
class ArrayView {
public:
    /// Reads `rows` rows from `first`, on top of the array's own offset.
    ArrayView(const ArrowArray& array, std::int64_t buffers, std::size_t first, std::size_t rows,
              const std::string& name)
        : array_(array), rows_(rows), name_(name) {
        if (array.length < 0 || array.offset < 0) {
            refuse(name, "has the length " + std::to_string(array.length) + " and the offset " +
                             std::to_string(array.offset));
        }
        const auto length = static_cast<std::size_t>(array.length);
        if (first > length || rows > length - first) {
            refuse(name, "has " + std::to_string(length) + " rows, but " +
                             std::to_string(first + rows) + " are needed");
        }
        if (array.n_buffers != buffers || array.buffers == nullptr) {
            refuse(name, "has " + std::to_string(array.n_buffers) + " buffers, but " +
                             std::to_string(buffers) + " are expected");
        }
        if (array.null_count < -1) {
            refuse(name, "has the null count " + std::to_string(array.null_count));
        }
        if (array.null_count > 0 && array.buffers[0] == nullptr) {
            refuse(name, "counts " + std::to_string(array.null_count) +
                             " nulls and has no validity buffer");
        }
        at_ = static_cast<std::size_t>(array.offset) + first;
        nulls_ = validity() == nullptr ? 0 : count_zeros(validity(), at_, rows);
    }

    std::size_t rows() const noexcept { return rows_; }
    std::size_t at() const noexcept { return at_; }
    std::size_t nulls() const noexcept { return nulls_; }
    const std::byte* validity() const noexcept {
        return static_cast<const std::byte*>(array_.buffers[0]);
    }
    bool is_null(std::size_t row) const noexcept {
        return nulls_ > 0 && !bit(validity(), at_ + row);
    }
    const std::string& name() const noexcept { return name_; }

    const std::byte* values() const {
        const void* buffer = array_.buffers[1];
        if (buffer == nullptr && rows_ > 0) {
            refuse(name_, "has no values buffer");
        }
        return static_cast<const std::byte*>(buffer);
    }
    const char* text() const { return static_cast<const char*>(array_.buffers[2]); }

private:
    const ArrowArray& array_;
    std::size_t rows_;
    const std::string& name_;
    std::size_t at_ = 0;
    std::size_t nulls_ = 0;
};

/// The texts of a utf8 array, their offsets checked.
class TextView {
public:
    explicit TextView(const ArrayView& view) : offsets_(view.rows() + 1), text_(view.text()) {
        if (view.rows() == 0) {
            return;
        }
        std::memcpy(offsets_.data(), view.values() + view.at() * sizeof(std::int32_t),
                    offsets_.size() * sizeof(std::int32_t));
        if (offsets_.front() < 0) {
            refuse(view.name(), "has the text offset " + std::to_string(offsets_.front()));
        }
        for (std::size_t row = 0; row < view.rows(); ++row) {
            if (offsets_[row + 1] < offsets_[row]) {
                refuse(view.name(), "has text offsets that go back from " +
                                        std::to_string(offsets_[row]) + " to " +
                                        std::to_string(offsets_[row + 1]));
            }
        }
        if (text_ == nullptr && offsets_.back() > offsets_.front()) {
            refuse(view.name(), "has no text buffer");
        }
    }
    std::string_view operator[](std::size_t row) const noexcept {
        const auto length = static_cast<std::size_t>(offsets_[row + 1] - offsets_[row]);
        return length == 0 ? std::string_view{} : std::string_view{text_ + offsets_[row], length};
    }

private:
    std::vector<std::int32_t> offsets_;
    const char* text_;
};

/// The rows of a dictionary as symbols. Only texts that a row has are interned, as the process keeps
/// each for ever.
class SymbolView {
public:
    SymbolView(const ArrowArray& array, const std::string& name)
        : view_(checked(array, name), 3, 0, static_cast<std::size_t>(array.length), name),
          texts_(view_),
          codes_(view_.rows(), unknown) {}

    bool is_null(std::int32_t index) const {
        check(index);
        return view_.is_null(static_cast<std::size_t>(index));
    }
    std::int32_t code(std::int32_t index) {
        check(index);
        std::int32_t& code = codes_[static_cast<std::size_t>(index)];
        if (code == unknown) {
            code = Symbol::intern(texts_[static_cast<std::size_t>(index)]).code();
        }
        return code;
    }

private:
    static constexpr std::int32_t unknown = -1;

    static const ArrowArray& checked(const ArrowArray& array, const std::string& name) {
        if (array.length < 0) {
            refuse(name, "has a dictionary of the length " + std::to_string(array.length));
        }
        return array;
    }
    void check(std::int32_t index) const {
        if (index < 0 || static_cast<std::size_t>(index) >= codes_.size()) {
            refuse(view_.name(), "has the index " + std::to_string(index) +
                                     " into a dictionary of " + std::to_string(codes_.size()) +
                                     " texts");
        }
    }

    ArrayView view_;
    TextView texts_;
    std::vector<std::int32_t> codes_;
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
            refuse(field.name, "holds " + std::to_string(null_count_) +
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
            std::memcpy(to.values, words_.data(), words_.size() * sizeof(std::int32_t));
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
            refuse(view_.name(), "has no dictionary, which a symbol column needs");
        }
        SymbolView symbols(*array.dictionary, view_.name());
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
            refuse(schema[i].name, "is missing or was released already");
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
