#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "config/diagnostics.hpp"

namespace tsflow {

/// A TOML value with its place in the file; what toml++ read, without toml++ in the header.
struct Value {
    struct Member;
    using Array = std::vector<Value>;
    using Table = std::vector<Member>;  // in file order

    /// Dates and times keep their TOML text.
    struct DateTime {
        std::string text;
    };
    std::variant<bool, std::int64_t, double, std::string, DateTime, Array, Table> data;
    Position at;      ///< of the value
    Position key_at;  ///< of the key it stands behind; for tables, of the header
    /// A string that `${…}` was filled into: it may also stand for a number, a boolean or a list.
    bool interpolated = false;
    /// Already reported: a string that could not be filled in, a list with such a string, or a table
    /// with lines that could not be read. Nothing more is said about it, nor of what the table lacks.
    bool broken = false;

    const Table* table() const noexcept { return std::get_if<Table>(&data); }
    Table* table() noexcept { return std::get_if<Table>(&data); }
    const Array* array() const noexcept { return std::get_if<Array>(&data); }
    const std::string* text() const noexcept { return std::get_if<std::string>(&data); }
    /// The member of a table, or null.
    const Value* find(std::string_view key) const noexcept;
    Value* find(std::string_view key) noexcept;
    /// `a string`, `an integer`, `a table`, …: for messages.
    std::string_view kind() const noexcept;
};

/// One entry of a table.
struct Value::Member {
    std::string key;
    Value value;
};

}  // namespace tsflow
