#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "row_list.hpp"

namespace tsflow::timescale {

/// Leaves in `list` one row of each key: of several the one with the highest `version`, null being the lowest,
/// and of equals the last. Whether there was a key with several.
bool keep_newest(RowList& list, std::span<const std::size_t> key,
                 std::optional<std::size_t> version);

/// A number made of the key's values in `row`, the same for equal keys in this process.
std::uint64_t key_hash(const Batch& batch, std::span<const std::size_t> key, std::size_t row);

}  // namespace tsflow::timescale
