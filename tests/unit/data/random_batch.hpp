#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "tsflow/batch.hpp"

namespace tsflow::test {

/// A value as plain data; doubles by their bits, so that NaN equals itself. Empty is null.
using Cell = std::optional<std::variant<bool, std::int64_t, std::uint64_t, std::string>>;
using Row = std::vector<Cell>;

/// All rows of a batch, read value by value: the naive picture that fast code is held against.
std::vector<Row> cells(const Batch& batch);

/// One column of each type, and one nullable column of each type.
SchemaPtr every_type();

/// `rows` random rows of `every_type()`, with `nulls` of a hundred nullable values being null.
Batch random_batch(std::mt19937& random, std::size_t rows, unsigned nulls = 20);

}  // namespace tsflow::test
