#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "database.hpp"
#include "tsflow/schema.hpp"

namespace tsflow::sql {

/// One entry of option `columns`, such as `close:float64[USD]` or `transactions:int64?[count]`. Throws
/// ConfigError at that option.
Field parse_column(const std::string& text);

/// The rows' fields: those of `columns`, or of market bars when it is empty; `time` is the event time, and
/// together with `key` the key. Throws ConfigError for names that are not among them, and types that do
/// not fit.
std::vector<Field> fields_of(const std::vector<std::string>& columns, const std::string& time,
                             const std::vector<std::string>& key);

/// The entries of option `columns` that fit what the database has, ready to be pasted.
std::string fitting_columns(const std::vector<DatabaseColumn>& columns, const std::string& time);

}  // namespace tsflow::sql
