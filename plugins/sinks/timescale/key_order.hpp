#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "row_list.hpp"

namespace tsflow::timescale {

/// An order in which rows are neighbours in the key's index when they follow each other: a server takes them
/// quicker so than in the order of their times, and writers with keys of their own do not meet in its pages.
struct KeyOrder {
    /// Places in the list, counted over all its rows; empty: as they came.
    std::vector<std::uint32_t> places;
    /// No two rows are known to have the same key.
    bool distinct = false;
};

/// The order of rows whose key begins with a symbol: by the day of the event time, if there is one, because
/// tables are cut into days or more of them, then by symbol, then by the second field of the key, where that
/// is a time, a date or an integer. Rows with another key stay as they came.
KeyOrder order_by_key(const RowList& list, std::span<const std::size_t> key);

}  // namespace tsflow::timescale
