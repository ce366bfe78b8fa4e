#pragma once

#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "tsflow/batch.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/error.hpp"
#include "tsflow/schema.hpp"

namespace tsflow {

/// Binds one member of a struct to a column. `std::optional<T>` makes the column nullable; text
/// members are `std::string` or, to read without a copy while the batch lives, `std::string_view`.
template <class Record, class T>
struct MemberColumn {
    std::string_view name;
    T Record::*member;
    std::string_view unit = {};
    bool is_key = false;
    bool is_event_time = false;

    constexpr MemberColumn in(std::string_view unit_name) const {
        MemberColumn copy = *this;
        copy.unit = unit_name;
        return copy;
    }
    constexpr MemberColumn key() const {
        MemberColumn copy = *this;
        copy.is_key = true;
        return copy;
    }
    constexpr MemberColumn event_time() const {
        MemberColumn copy = *this;
        copy.is_event_time = true;
        return copy;
    }
};

/// One entry of a record's `columns()`:
///
///     struct Quote {
///         Symbol symbol;
///         Timestamp time;
///         std::optional<double> bid;
///         static constexpr auto columns() {
///             return std::tuple{column("symbol", &Quote::symbol).key(),
///                               column("time", &Quote::time).key().event_time(),
///                               column("bid", &Quote::bid).in("USD")};
///         }
///     };
template <class Record, class T>
constexpr MemberColumn<Record, T> column(std::string_view name, T Record::*member) {
    return {name, member};
}

namespace detail {

template <class T>
struct member_value {
    using type = T;
    static constexpr bool nullable = false;
};
template <class T>
struct member_value<std::optional<T>> {
    using type = T;
    static constexpr bool nullable = true;
};

template <class Record>
inline constexpr std::size_t column_count = std::tuple_size_v<decltype(Record::columns())>;

/// The values of one column of a batch as a member of type `T` takes them. Looked up once for all
/// rows.
template <class T>
class MemberReader {
    using Value = typename member_value<T>::type;

public:
    MemberReader(const Batch& batch, std::size_t column)
        : column_(column), values_(values(batch, column)) {}
    void read(const Batch& batch, std::size_t row, T& member) const {
        if (!member_value<T>::nullable || !batch.is_null(column_, row)) {
            member = static_cast<Value>(values_[row]);
        }
    }

private:
    static auto values(const Batch& batch, std::size_t column) {
        if constexpr (is_fixed_width<Value>) {
            return batch.column<Value>(column);
        } else {
            return batch.strings(column);
        }
    }
    std::size_t column_;
    decltype(values(std::declval<const Batch&>(), 0)) values_;
};

}  // namespace detail

/// The schema of a record's columns, in their order.
template <class Record>
SchemaPtr schema_of() {
    std::vector<Field> fields;
    std::apply(
        [&fields](const auto&... columns) {
            auto add = [&fields]<class T>(const MemberColumn<Record, T>& c) {
                using Value = detail::member_value<T>;
                fields.push_back(Field{std::string{c.name}, detail::type_of<typename Value::type>,
                                       Value::nullable, std::string{c.unit}, c.is_key,
                                       c.is_event_time});
            };
            (add(columns), ...);
        },
        Record::columns());
    return Schema::make(std::move(fields));
}

/// Reads records out of batches of one schema. Columns are looked up by name once; the schema may
/// have more columns, in any order. Throws ConfigError when one is missing, of another type or
/// unit, or may be null where the member may not.
template <class Record>
class RecordReader {
public:
    explicit RecordReader(const Schema& schema) {
        const SchemaPtr wanted = schema_of<Record>();
        for (std::size_t i = 0; i < at_.size(); ++i) {
            const Field& field = (*wanted)[i];
            at_[i] = schema.require(field.name, field.type, field.unit);
            if (schema[at_[i]].nullable && !field.nullable) {
                throw ConfigError("column '" + field.name +
                                  "' may be null, but a value is needed in every row");
            }
        }
    }
    Record read(const Batch& batch, std::size_t row) const {
        return bind(batch, std::make_index_sequence<count>{}).read(batch, row);
    }

private:
    template <class>
    friend class Rows;
    static constexpr std::size_t count = detail::column_count<Record>;

    template <class... T>
    struct Bound {
        std::tuple<detail::MemberReader<T>...> readers;

        Record read(const Batch& batch, std::size_t row) const {
            Record record{};
            std::apply(
                [&](const auto&... columns) {
                    std::apply(
                        [&](const auto&... reader) {
                            (reader.read(batch, row, record.*(columns.member)), ...);
                        },
                        readers);
                },
                Record::columns());
            return record;
        }
    };
    template <std::size_t... I>
    auto bind(const Batch& batch, std::index_sequence<I...> /*each*/) const {
        return std::apply(
            [&]<class... T>(const MemberColumn<Record, T>&... /*columns*/) {
                return Bound<T...>{{detail::MemberReader<T>(batch, at_[I])...}};
            },
            Record::columns());
    }

    std::array<std::size_t, count> at_{};
};

/// Appends records to a builder whose schema is `schema_of<Record>()`.
template <class Record>
void append(BatchBuilder& builder, const Record& record) {
    std::apply(
        [&](const auto&... columns) {
            std::size_t i = 0;
            auto put = [&]<class T>(const MemberColumn<Record, T>& c) {
                const std::size_t at = i++;
                const auto& value = record.*(c.member);
                if constexpr (detail::member_value<T>::nullable) {
                    if (value) {
                        builder.push(at, *value);
                    } else {
                        builder.push_null(at);
                    }
                } else {
                    builder.push(at, value);
                }
            };
            (put(columns), ...);
        },
        Record::columns());
}

/// The rows of a batch as records: `for (const Bar& bar : rows<Bar>(batch))`. Looks the columns up
/// when it is made, so it is for batches of more than a few rows; keep a RecordReader for small
/// ones. Texts that a record views live as long as the batch.
template <class Record>
class Rows {
public:
    explicit Rows(const Batch& batch) : Rows(batch, RecordReader<Record>(*batch.schema())) {}
    Rows(const Batch& batch, const RecordReader<Record>& reader)
        : batch_(batch), bound_(reader.bind(batch, each{})) {}

    std::size_t size() const noexcept { return batch_.rows(); }
    Record operator[](std::size_t row) const { return bound_.read(batch_, row); }

    class Iterator {
    public:
        using value_type = Record;
        using difference_type = std::ptrdiff_t;
        using reference = Record;
        using pointer = void;
        using iterator_category = std::input_iterator_tag;  // for it makes its values
        using iterator_concept = std::forward_iterator_tag;

        Iterator() = default;
        Iterator(const Rows* rows, std::size_t row) : rows_(rows), row_(row) {}
        Record operator*() const { return (*rows_)[row_]; }
        Iterator& operator++() {
            ++row_;
            return *this;
        }
        Iterator operator++(int) {
            Iterator before = *this;
            ++row_;
            return before;
        }
        bool operator==(const Iterator& other) const { return row_ == other.row_; }

    private:
        const Rows* rows_ = nullptr;
        std::size_t row_ = 0;
    };
    Iterator begin() const { return {this, 0}; }
    Iterator end() const { return {this, batch_.rows()}; }

private:
    using each = std::make_index_sequence<detail::column_count<Record>>;
    Batch batch_;
    decltype(std::declval<const RecordReader<Record>&>().bind(std::declval<const Batch&>(),
                                                              each{})) bound_;
};

template <class Record>
Rows<Record> rows(const Batch& batch) {
    return Rows<Record>{batch};
}
/// The same without looking the columns up again.
template <class Record>
Rows<Record> rows(const Batch& batch, const RecordReader<Record>& reader) {
    return Rows<Record>{batch, reader};
}

}  // namespace tsflow
