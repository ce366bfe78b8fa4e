#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tables/table.hpp"

/// Rows of tables as text, straight from the columns.
namespace tsflow::http {

/// Numbers in the shortest form that reads back exactly, times as in `format_timestamp`, NaN and
/// infinities, which JSON does not have, as null.
void append_json_cell(std::string& out, const Table::Cell& cell);
/// `{"symbol":"MSFT","close":55.25}`
void append_json_object(std::string& out, const Table& table, Table::Slot slot,
                        const std::vector<std::size_t>& columns);
/// `["MSFT",55.25]`
void append_json_array(std::string& out, const Table& table, Table::Slot slot,
                       const std::vector<std::size_t>& columns);
/// One line of RFC 4180; null is an empty field.
void append_csv_line(std::string& out, const Table& table, Table::Slot slot,
                     const std::vector<std::size_t>& columns);
void append_csv_head(std::string& out, const Schema& schema,
                     const std::vector<std::size_t>& columns);

/// `0, 1, 2 …`
std::vector<std::size_t> all_columns(const Schema& schema);

}  // namespace tsflow::http
