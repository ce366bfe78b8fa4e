#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tsflow::cli {

/// Rows of as many cells as lines with aligned columns; the first `texts` columns are flush left, the
/// figures behind them flush right.
std::string aligned(const std::vector<std::vector<std::string>>& rows, std::size_t texts);

}  // namespace tsflow::cli
