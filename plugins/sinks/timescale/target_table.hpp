#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tsflow/schema.hpp"

namespace tsflow::timescale {

/// A column of the table that rows go to.
struct TargetColumn {
    std::string name;
    std::size_t field = 0;  ///< of the schema, that fills it
    std::string type;       ///< as the server names it: `timestamp with time zone`, `numeric(12,4)`
    /// How the column's value is made of the row's, `{}`; for a numeric price `{}::text::numeric`. Empty:
    /// it is the row's value as it stands, so that rows can be copied into the table directly.
    std::string expression = {};
};

/// The table that rows go to, as it stands on the server. Whoever makes or checks the table fills it;
/// writers make their statements of it.
struct TargetTable {
    std::string name;  ///< with its schema, quoted: `"public"."ohlcv_1min"`
    SchemaPtr schema;  ///< of the rows
    std::vector<TargetColumn> columns;
    /// The fields that rows are replaced by, which have a unique index; empty: rows are appended.
    std::vector<std::size_t> key = {};
    /// The field that says which of two rows of one key is newer; none: the later one to arrive is.
    std::optional<std::size_t> version = {};
    bool hypertable = false;

    bool keyed() const noexcept { return !key.empty(); }
};

/// The type in which a field's values go to the server: `text`, `double precision`, …
const char* wire_type(Type type) noexcept;

/// `name`, that is TABLE or SCHEMA.TABLE as a user writes it, quoted.
std::string quoted_table(const std::string& name);

}  // namespace tsflow::timescale
