#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>

#include "tsflow/builder.hpp"
#include "tsflow/record.hpp"

/// Rows go into a builder in two steps, which may be far apart: the texts of a record at once, because
/// they are views into a frame, and all else of many records together, a column at a time.
namespace tsflow::market::massive {

namespace detail {

template <class Record, FixedWidth T>
void append_column(BatchBuilder& builder, std::size_t index, std::span<const Record> records,
                   T Record::*member) {
    T* out = builder.extend<T>(index, records.size()).data();
    for (const Record& record : records) {
        *out++ = record.*member;
    }
}

template <class Record, FixedWidth T>
void append_column(BatchBuilder& builder, std::size_t index, std::span<const Record> records,
                   std::optional<T> Record::*member) {
    std::size_t present = 0;
    for (const Record& record : records) {
        present += (record.*member).has_value() ? 1 : 0;
    }
    if (present == records.size()) {
        T* out = builder.extend<T>(index, records.size()).data();
        for (const Record& record : records) {
            *out++ = *(record.*member);
        }
    } else if (present == 0) {
        builder.push_nulls(index, records.size());
    } else {
        for (const Record& record : records) {
            if (const std::optional<T>& value = record.*member) {
                builder.push(index, *value);
            } else {
                builder.push_null(index);
            }
        }
    }
}

template <class Record>
void append_column(BatchBuilder& /*builder*/, std::size_t /*index*/,
                   std::span<const Record> /*records*/, std::string_view Record::* /*member*/) {}
template <class Record>
void append_column(BatchBuilder& /*builder*/, std::size_t /*index*/,
                   std::span<const Record> /*records*/,
                   std::optional<std::string_view> Record::* /*member*/) {}

template <class Record, class T>
void append_text(BatchBuilder& /*builder*/, std::size_t /*index*/, const Record& /*record*/,
                 T Record::* /*member*/) {}
template <class Record>
void append_text(BatchBuilder& builder, std::size_t index, const Record& record,
                 std::string_view Record::*member) {
    builder.push(index, record.*member);
}
template <class Record>
void append_text(BatchBuilder& builder, std::size_t index, const Record& record,
                 std::optional<std::string_view> Record::*member) {
    if (record.*member) {
        builder.push(index, *(record.*member));
    } else {
        builder.push_null(index);
    }
}

}  // namespace detail

/// Appends the texts of a record to a builder whose schema is `schema_of<Record>()`.
template <class Record>
void append_texts(BatchBuilder& builder, const Record& record) {
    static constexpr auto all = Record::columns();
    std::apply(
        [&](const auto&... columns) {
            std::size_t index = 0;
            (detail::append_text(builder, index++, record, columns.member), ...);
        },
        all);
}

/// Appends all but the texts of records, whose texts were appended in the same order.
template <class Record>
void append_rest(BatchBuilder& builder, std::span<const Record> records) {
    static constexpr auto all = Record::columns();
    std::apply(
        [&](const auto&... columns) {
            std::size_t index = 0;
            (detail::append_column(builder, index++, records, columns.member), ...);
        },
        all);
}

}  // namespace tsflow::market::massive
