#pragma once

#include <span>
#include <vector>

#include "writer_rows.hpp"

namespace tsflow::timescale {

/// Writes the rows of `batch` that the table takes and finds out which ones it refuses, in a bounded
/// number of round trips however many they are: the rows go to a temporary table under numbers, and a
/// function on the server inserts them from there by blocks, halving those that fail down to single
/// rows. Rows of one key are written in their order. Within a transaction of the caller's.
void write_by_bisection(Connection& connection, bool copy, WriterRows& writer, const Batch& batch,
                        std::span<const std::uint32_t> rows, std::vector<RefusedRow>& refused);

}  // namespace tsflow::timescale
