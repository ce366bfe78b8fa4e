#pragma once

#include <string>
#include <string_view>

#include "tsflow/schema.hpp"

namespace tsflow::sqlite {

/// How timestamps are stored.
enum class TimeForm {
    iso8601,     ///< `2016-04-15T13:30:00Z`, with a fraction only when there is one
    iso8601_ns,  ///< `2016-04-15T13:30:00.000000000Z`
    unix_ns      ///< integer nanoseconds since 1970
};

/// The table that rows go to.
struct Target {
    std::string table;
    SchemaPtr schema;
    TimeForm times = TimeForm::iso8601;

    bool keyed() const noexcept { return schema != nullptr && !schema->key().empty(); }
};

/// `name` in double quotes, usable as any identifier whatever characters it has.
std::string quoted_name(std::string_view name);
/// `INTEGER`, `REAL` or `TEXT`.
std::string_view column_type(const Field& field, TimeForm times) noexcept;
/// `"symbol", "time"`
std::string key_names(const Schema& schema);

/// CREATE TABLE: a column a field, with the schema's key as primary key.
std::string create_sql(const Target& target);
/// INSERT of one row, a parameter a field; a row of the same key is replaced.
std::string insert_sql(const Target& target);

}  // namespace tsflow::sqlite
