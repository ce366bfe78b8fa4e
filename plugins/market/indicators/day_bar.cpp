#include "indicators/day_bar.hpp"

#include <algorithm>
#include <cmath>

namespace tsflow::market {

bool plausible(const DayBar& bar) noexcept {
    const auto is_price = [](double value) { return std::isfinite(value) && value > 0; };
    return is_price(bar.open) && is_price(bar.high) && is_price(bar.low) && is_price(bar.close) &&
           std::isfinite(bar.volume) && bar.volume >= 0 &&
           bar.high >= std::max(bar.open, bar.close) && bar.low <= std::min(bar.open, bar.close);
}

DayBar after_split(const DayBar& bar, double ratio) noexcept {
    return {bar.open / ratio, bar.high / ratio, bar.low / ratio, bar.close / ratio,
            bar.volume * ratio};
}

}  // namespace tsflow::market
