#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace tsflow {

/// The candidate that `name` is most likely a slip of: the one with the fewest inserted, deleted,
/// replaced or swapped characters (letter case is no difference). Nothing when all are too far away;
/// the first of equals otherwise.
std::optional<std::string_view> nearest(std::string_view name,
                                        std::span<const std::string_view> candidates);

}  // namespace tsflow
