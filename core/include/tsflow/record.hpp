#pragma once

#include <cstddef>
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

/// Binds one member of a struct to a column. `std::optional<T>` makes the column nullable; text members
/// are `std::string` or, to read without a copy while the batch lives, `std::string_view`.
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

template <class T>
T read_value(const Batch& batch, std::size_t column, std::size_t row) {
    if constexpr (is_fixed_width<T>) {
        return batch.column<T>(column)[row];
    } else {
        return T{batch.strings(column)[row]};
    }
}

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
/// have more columns, in any order. Throws ConfigError when one is missing or of another type.
template <class Record>
class RecordReader {
public:
    explicit RecordReader(const Schema& schema) {
        const SchemaPtr wanted = schema_of<Record>();
        for (const Field& field : wanted->fields()) {
            const std::size_t at = schema.require(field.name, field.type, field.unit);
            if (schema[at].nullable && !field.nullable) {
                throw ConfigError("column '" + field.name + "' may be null, and '" + field.name +
                                  "' of the record may not");
            }
            at_.push_back(at);
        }
    }
    Record read(const Batch& batch, std::size_t row) const {
        Record record{};
        std::apply(
            [&](const auto&... columns) {
                std::size_t i = 0;
                auto get = [&]<class T>(const MemberColumn<Record, T>& c) {
                    using Value = detail::member_value<T>;
                    const std::size_t at = at_[i++];
                    if (!Value::nullable || !batch.is_null(at, row)) {
                        record.*(c.member) =
                            detail::read_value<typename Value::type>(batch, at, row);
                    }
                };
                (get(columns), ...);
            },
            Record::columns());
        return record;
    }

private:
    std::vector<std::size_t> at_;
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

/// `for (Bar bar : rows<Bar>(batch))`: looks the columns up at each call, so for batches of more than a
/// few rows; keep a RecordReader for small ones.
template <class Record>
class Rows {
public:
    explicit Rows(const Batch& batch) : batch_(batch), reader_(*batch.schema()) {}
    class Iterator {
    public:
        Iterator(const Rows* rows, std::size_t row) : rows_(rows), row_(row) {}
        Record operator*() const { return rows_->reader_.read(rows_->batch_, row_); }
        Iterator& operator++() {
            ++row_;
            return *this;
        }
        bool operator==(const Iterator& other) const { return row_ == other.row_; }

    private:
        const Rows* rows_;
        std::size_t row_;
    };
    Iterator begin() const { return {this, 0}; }
    Iterator end() const { return {this, batch_.rows()}; }

private:
    Batch batch_;
    RecordReader<Record> reader_;
};

template <class Record>
Rows<Record> rows(const Batch& batch) {
    return Rows<Record>{batch};
}

}  // namespace tsflow
