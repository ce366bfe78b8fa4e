#pragma once

#include <array>
#include <cstddef>

#include "indicators/value.hpp"

namespace tsflow::stages {

/// What is told of a symbol, in the order of the columns. Whole numbers and answers (1 yes, 0 no) are
/// numbers here, too; unknown is unknown.
enum Figure : std::size_t {
    last,
    stage,
    stage_live,
    pending,
    pending_n,
    periods_in_stage,
    ma,
    slope,
    dist_ma,
    mansfield,
    vol_ratio,
    rs_ok,
    rs_rising,
    vol_ok,
    near_ma,
    c1,
    c2,
    c3,
    c4,
    c5,
    c6,
    c7,
    c8,  ///< from here on it depends on the universe
    n_true,
    n_known,
    pass,
    rs_rating,
    rs_score,
    figure_count
};
using Figures = std::array<double, figure_count>;
inline constexpr Figures no_figures = [] {
    Figures none{};
    none.fill(market::unknown);
    return none;
}();

}  // namespace tsflow::stages
