#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tsflow/batch.hpp"

namespace tsflow::timescale {

/// Rows of one batch, by their numbers, ascending.
struct RowsOf {
    Batch batch;
    std::vector<std::uint32_t> rows;
};

/// Rows of several batches, in the order in which they came. The batches stay apart: to make one of them would
/// copy every column, those that the table does not have, too.
using RowList = std::vector<RowsOf>;

inline std::size_t count_of(const RowList& list) noexcept {
    std::size_t count = 0;
    for (const RowsOf& of : list) {
        count += of.rows.size();
    }
    return count;
}

}  // namespace tsflow::timescale
