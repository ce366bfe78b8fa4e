#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "indicators/value.hpp"

namespace tsflow::market {

struct TrendTemplateConfig {
    double above_low = 1.30;   ///< criterion 6; 1.25 in later texts
    double below_high = 0.75;  ///< criterion 7
    double rating = 70;        ///< criterion 8
    std::size_t rising = 21;   ///< sessions of criterion 3
    /// Whether the long average must have risen on every one of those sessions, not only over all.
    bool every_session = false;
};

/// What is known of one symbol; any may be `unknown`.
struct TrendInputs {
    double close = unknown;
    double sma50 = unknown;
    double sma150 = unknown;
    /// SMA200 of this session and those before it, newest first.
    std::span<const double> sma200;
    double high = unknown;  ///< of 252 sessions, intraday extremes
    double low = unknown;
    double rating = unknown;  ///< 1 to 99
};

/// Mark Minervini's trend template (Trade Like a Stock Market Wizard, 2013): a filter for uptrends, no
/// stage. A criterion over an unknown value has no answer.
struct TrendTemplate {
    /// 1 C > SMA150, SMA200   2 SMA150 > SMA200       3 SMA200 rises      4 SMA50 > SMA150, SMA200
    /// 5 C > SMA50            6 C >= 1.30 * low       7 C >= .75 * high   8 rating >= 70
    std::array<std::optional<bool>, 8> criteria;

    std::int32_t n_true() const noexcept;
    std::int32_t n_known() const noexcept;
    /// Whether all hold; nothing while one has no answer.
    std::optional<bool> pass() const noexcept;
};

TrendTemplate trend_template(const TrendInputs& inputs, const TrendTemplateConfig& config = {});

}  // namespace tsflow::market
