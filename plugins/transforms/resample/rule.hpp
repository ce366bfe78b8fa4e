#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tsflow::resample {

/// What a window makes of one column. All skip nulls, and give null when nothing else is there.
enum class Function : std::uint8_t {
    first,  ///< of the earliest row
    last,   ///< of the latest row
    min,
    max,
    sum,
    mean,   ///< of the rows, or weighted by another column: `mean(volume)`
    count,  ///< rows that are not null
    drop,   ///< leaves the column out
};

/// One entry of the option `aggregate`: `close:last`, `vwap:mean(volume)`.
struct Rule {
    std::string column;
    Function function = Function::first;
    std::string weight = {};  ///< of a weighted mean
};

/// `first, last, min, max, sum, mean, mean(weight), count, drop`, for messages.
std::string_view function_names() noexcept;
std::string_view to_string(Function function) noexcept;

/// Throws ConfigError at the option `aggregate` for an entry that is none.
Rule parse_rule(std::string_view entry);
/// The rule that columns of this name get unless another is given: that of a price bar.
std::optional<Rule> conventional_rule(std::string_view column);

}  // namespace tsflow::resample
