#pragma once

#include <cstddef>
#include <vector>

#include "writer_rows.hpp"

namespace tsflow::timescale {

/// A row that does not get into the table, of a batch of a list, and why.
struct RefusedOf {
    std::size_t batch;
    RefusedRow row;
};

/// Writes the rows that the table takes and finds out which ones it refuses, in a bounded
/// number of round trips however many they are: the rows go to a temporary table under numbers, and a
/// function on the server inserts them from there by blocks, halving those that fail down to single
/// rows. Rows of one key are written in their order. Within a transaction of the caller's.
void write_by_bisection(Connection& connection, bool copy, WriterRows& writer, const RowList& list,
                        std::vector<RefusedOf>& refused);

}  // namespace tsflow::timescale
