#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <tuple>

#include "tsflow/builder.hpp"
#include "tsflow/record.hpp"

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

template <class Record, class T>
void append_column(BatchBuilder& builder, std::size_t index, std::span<const Record> records,
                   T Record::*member) {
    for (const Record& record : records) {
        builder.push(index, record.*member);
    }
}

template <class Record, class T>
void append_column(BatchBuilder& builder, std::size_t index, std::span<const Record> records,
                   std::optional<T> Record::*member) {
    for (const Record& record : records) {
        const std::optional<T>& value = record.*member;
        if (value) {
            builder.push(index, *value);
        } else {
            builder.push_null(index);
        }
    }
}

}  // namespace detail

/// Appends records to a builder whose schema is `schema_of<Record>()`, a column at a time.
template <class Record>
void append_rows(BatchBuilder& builder, std::span<const Record> records) {
    std::apply(
        [&](const auto&... columns) {
            std::size_t index = 0;
            (detail::append_column(builder, index++, records, columns.member), ...);
        },
        Record::columns());
}

}  // namespace tsflow::market::massive
