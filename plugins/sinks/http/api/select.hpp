#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/parameters.hpp"
#include "tables/table.hpp"

namespace tsflow::http {

inline constexpr std::int64_t default_limit = 100;
inline constexpr std::int64_t most_rows = 10'000;  ///< of one answer

/// A value that a client wrote, with the text it refers to.
struct Value {
    Table::Cell cell;
    std::string text;

    /// As above, with the cell's text in place.
    Table::Cell view() const noexcept;
};

/// Which rows of a table, in which order.
///
///     symbol=AAPL&close.gte=50&order=-volume&limit=10&columns=symbol,close&per_key=1&after=…
struct RowQuery {
    enum class Is : std::uint8_t { equal, less, at_most, greater, at_least };
    struct Condition {
        std::size_t column = 0;
        Is is = Is::equal;
        Value value;
    };
    std::vector<Condition> conditions;
    std::optional<std::size_t> order;  ///< none: by the key, or by arrival where there is none
    bool descending = false;
    std::size_t limit = default_limit;
    std::size_t per_key = 0;  ///< so many rows of each series, the newest; 0: all
    std::vector<std::size_t> columns;
    std::vector<Value> after;  ///< what the last row of the page before is ordered by; empty: begin
};

/// The parameters that are no names of columns.
const std::vector<std::string>& row_query_words();
/// Throws BadRequest.
RowQuery parse_row_query(const Table& table, const Target& target);

struct Selection {
    std::vector<Table::Slot> slots;
    std::string next;  ///< for the parameter `after`; empty: there are no more
};
Selection select(const Table& table, const RowQuery& query);

/// The value that `text` is in the form of a column; nothing when it is none.
std::optional<Value> parse_value(Type type, std::string_view text);
/// By value, texts byte by byte; null and NaN behind all others.
int compare(const Table::Cell& a, const Table::Cell& b) noexcept;

}  // namespace tsflow::http
