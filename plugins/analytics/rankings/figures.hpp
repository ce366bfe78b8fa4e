#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "indicators/value.hpp"

namespace tsflow::rankings {

/// What is told of each symbol, in the order of the columns. Returns are fractions, `_pct` percent.
enum Metric : std::size_t {
    last,
    ret_1,
    ret_5,
    ret_21,
    ret_63,
    ret_126,
    ret_189,
    ret_252,
    from_open,
    gap_pct,
    ret_5m,
    ret_15m,
    ret_60m,
    rs_score,
    mansfield,
    rs_vs_bench_20,
    rsi14,
    rvol_cum,
    rvol_bar,
    dollar_vol,
    atr14,
    atr_pct,
    adr20_pct,
    hv20,
    ext_atr50,
    metric_count
};

struct MetricInfo {
    std::string_view name;
    std::string_view unit;
    /// Sessions before this one that it needs.
    std::size_t sessions;
};
inline constexpr std::array<MetricInfo, metric_count> metrics{{
    {"last", "USD", 0},
    {"ret_1", "fraction", 1},
    {"ret_5", "fraction", 5},
    {"ret_21", "fraction", 21},
    {"ret_63", "fraction", 63},
    {"ret_126", "fraction", 126},
    {"ret_189", "fraction", 189},
    {"ret_252", "fraction", 252},
    {"from_open", "fraction", 0},
    {"gap_pct", "percent", 1},
    {"ret_5m", "fraction", 0},
    {"ret_15m", "fraction", 0},
    {"ret_60m", "fraction", 0},
    {"rs_score", "fraction", 252},
    {"mansfield", "percent", 199},
    {"rs_vs_bench_20", "", 20},
    {"rsi14", "", 14},
    {"rvol_cum", "", 0},  // sessions with minutes, which are counted apart
    {"rvol_bar", "", 0},
    {"dollar_vol", "USD", 0},
    {"atr14", "USD", 14},
    {"atr_pct", "percent", 14},
    {"adr20_pct", "percent", 19},
    {"hv20", "fraction", 20},
    {"ext_atr50", "", 49},
}};

/// By its name.
std::optional<Metric> metric_named(std::string_view name);

/// One symbol's, at one moment.
using Figures = std::array<double, metric_count>;
inline constexpr Figures no_figures = [] {
    Figures none{};
    none.fill(market::unknown);
    return none;
}();

/// Equal bit by bit, so that unknown equals unknown.
inline bool alike(double a, double b) noexcept {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace tsflow::rankings
