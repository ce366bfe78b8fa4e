#pragma once

#include <span>

#include "tsflow/batch.hpp"

namespace tsflow {

/// Merges batches of one schema: of the rows with equal key columns only the last one stays. The rows
/// that stay keep their order. The schema has a key; `batches` is not empty.
Batch conflate(std::span<const Batch> batches);

}  // namespace tsflow
