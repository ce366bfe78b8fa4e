#include "indicators/trend_template.hpp"

#include <algorithm>

namespace tsflow::market {

namespace {

using Answer = std::optional<bool>;

/// By more than rounding: a price that is its average is not above it. Averages of 200 prices in ticks that are not
/// equal differ by more than this up to 5,000,000 USD, and their sums are off by less.
Answer greater(double a, double b) noexcept {
    constexpr double rounding = 1e-13;
    return known(a) && known(b) ? Answer{a - b > rounding * b} : std::nullopt;
}

Answer at_least(double a, double b) noexcept {
    return known(a) && known(b) ? Answer{a >= b} : std::nullopt;
}

Answer both(Answer a, Answer b) noexcept {
    return a && b ? Answer{*a && *b} : std::nullopt;
}

Answer rises(std::span<const double> averages, const TrendTemplateConfig& config) noexcept {
    if (averages.size() <= config.rising) {
        return std::nullopt;
    }
    if (!config.every_session) {
        return greater(averages[0], averages[config.rising]);
    }
    Answer all = true;
    for (std::size_t age = 0; age < config.rising; ++age) {
        all = both(all, greater(averages[age], averages[age + 1]));
    }
    return all;
}

}  // namespace

TrendTemplate trend_template(const TrendInputs& inputs, const TrendTemplateConfig& config) {
    const double c = inputs.close;
    const double sma50 = inputs.sma50;
    const double sma150 = inputs.sma150;
    const double sma200 = inputs.sma200.empty() ? unknown : inputs.sma200.front();
    return {{
        both(greater(c, sma150), greater(c, sma200)),
        greater(sma150, sma200),
        rises(inputs.sma200, config),
        both(greater(sma50, sma150), greater(sma50, sma200)),
        greater(c, sma50),
        at_least(c, config.above_low * inputs.low),
        at_least(c, config.below_high * inputs.high),
        at_least(inputs.rating, config.rating),
    }};
}

std::int32_t TrendTemplate::n_true() const noexcept {
    return static_cast<std::int32_t>(
        std::count(criteria.begin(), criteria.end(), std::optional{true}));
}

std::int32_t TrendTemplate::n_known() const noexcept {
    return static_cast<std::int32_t>(
        std::count_if(criteria.begin(), criteria.end(), [](Answer a) { return a.has_value(); }));
}

std::optional<bool> TrendTemplate::pass() const noexcept {
    const auto all = static_cast<std::int32_t>(criteria.size());
    return n_known() == all ? std::optional{n_true() == all} : std::nullopt;
}

}  // namespace tsflow::market
