#pragma once

#include <cstdint>

#include "tsflow/time.hpp"

namespace tsflow::market {

enum class DayKind : std::uint8_t { closed, early, full };

/// What the exchanges' standing rules say of a day since 1998; closures for a single occasion are not
/// rules.
DayKind kind_by_rules(Date date);

}  // namespace tsflow::market
