#include "indicators/high_low.hpp"

namespace tsflow::market {

NewExtreme new_extreme(double highest, double lowest, Ticks high, Ticks low, Match match) noexcept {
    NewExtreme state;
    state.eligible = known(highest) && known(lowest);
    state.traded = high != no_price;
    if (state.eligible && state.traded) {
        const Ticks above = to_ticks(highest);
        const Ticks below = to_ticks(lowest);
        const bool or_equal = match == Match::equal;
        state.high = high > above || (or_equal && high == above);
        state.low = low < below || (or_equal && low == below);
    }
    return state;
}

void NewHighsLows::count(const NewExtreme& state, std::int32_t by) noexcept {
    members_ += by;
    eligible_ += state.eligible ? by : 0;
    reporting_ += state.eligible && state.traded ? by : 0;
    highs_ += state.high ? by : 0;
    lows_ += state.low ? by : 0;
}

}  // namespace tsflow::market
