#pragma once

#include <string>
#include <vector>

namespace tsflow::market {

/// Eight well-known tickers, which sources take when they are given none.
const std::vector<std::string>& default_tickers();

}  // namespace tsflow::market
