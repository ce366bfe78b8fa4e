#include "splits.hpp"

#include <algorithm>

#include "tsflow/error.hpp"
#include "words.hpp"

namespace tsflow::massive_sim {

std::vector<Split> read_splits(const std::vector<std::string>& texts) {
    std::vector<Split> splits;
    for (const std::string& text : texts) {
        const auto parts = split(text, ':');
        const auto date = parts.size() == 3 ? parse_date(parts[1]) : std::nullopt;
        const auto ratio = parts.size() == 3 ? number<double>(parts[2]) : std::nullopt;
        if (!date || !ratio || !(*ratio > 0) || parts[0].empty()) {
            throw ConfigError("splits", "The simulator's option 'splits' has '" + text +
                                            "'; expected TICKER:DATE:RATIO, as "
                                            "AAPL:2020-08-31:4.");
        }
        splits.push_back({std::string{parts[0]}, *date, *ratio});
    }
    std::ranges::stable_sort(splits, {}, &Split::ex_date);
    return splits;
}

}  // namespace tsflow::massive_sim
