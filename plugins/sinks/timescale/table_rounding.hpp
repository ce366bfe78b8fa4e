#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "tsflow/batch.hpp"

namespace tsflow::timescale {

/// What a column cannot hold of a value.
struct Rounding {
    enum Kind : std::uint8_t {
        to_decimals,    ///< a real in a numeric or integer of so many decimals
        to_single,      ///< a number in a real of four bytes
        to_double,      ///< an integer in a real of eight bytes
        to_time_digits  ///< a time with so many digits of a second
    };
    Kind kind;
    int digits = 0;
};
/// `fractions are rounded to 4 decimals`
std::string describe(const Rounding& rounding);

struct RoundedColumn {
    std::string name;
    std::size_t field;
    Rounding rounding;
};
/// How many of the batch's values the column does not hold exactly.
std::uint64_t count_rounded(const Batch& batch, const RoundedColumn& column);

}  // namespace tsflow::timescale
