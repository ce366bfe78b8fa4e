#pragma once

#include <filesystem>
#include <vector>

#include "tsflow/symbol.hpp"
#include "tsflow/time.hpp"

namespace tsflow::market {

/// `ratio` new shares for an old one, from the first bar of `ex_date` on.
struct Split {
    Date ex_date;
    Symbol symbol;
    double ratio = 1;
};

/// The splits of a CSV file with the columns `ticker,ex_date,kind,value`, sorted by date and ticker; other
/// kinds, such as dividends, are left out. Throws Error with file and line for whatever is wrong.
std::vector<Split> read_splits(const std::filesystem::path& file);

}  // namespace tsflow::market
