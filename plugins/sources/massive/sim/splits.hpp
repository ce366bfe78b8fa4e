#pragma once

#include <string>
#include <vector>

#include "tsflow/time.hpp"

namespace tsflow::massive_sim {

struct Split {
    std::string ticker;
    Date ex_date{};
    double ratio = 1;  ///< new shares for an old one
};

/// Of texts as `AAPL:2020-08-31:4`; ascending by date. Throws ConfigError at `splits`.
std::vector<Split> read_splits(const std::vector<std::string>& texts);

}  // namespace tsflow::massive_sim
