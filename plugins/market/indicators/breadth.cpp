#include "indicators/breadth.hpp"

#include <cmath>

namespace tsflow::market {

Direction direction_of(Ticks last, Ticks previous_close) noexcept {
    if (previous_close == no_price) {
        return Direction::ineligible;
    }
    if (last == no_price) {
        return Direction::not_traded;
    }
    if (last == previous_close) {
        return Direction::unchanged;
    }
    return last > previous_close ? Direction::advance : Direction::decline;
}

double trin(double advancing, double declining, double up_volume, double down_volume) noexcept {
    if (advancing == 0 || declining == 0 || up_volume == 0 || down_volume == 0) {
        return unknown;
    }
    return (advancing / declining) / (up_volume / down_volume);
}

double AdvanceDecline::up_volume_percent() const noexcept {
    return 100 * quotient(static_cast<double>(up_volume_),
                          static_cast<double>(up_volume_ + down_volume_));
}

double AdvanceDecline::trin() const noexcept {
    return market::trin(advancing_, declining_, static_cast<double>(up_volume_),
                        static_cast<double>(down_volume_));
}

double AdvanceDecline::ln_trin() const noexcept {
    return std::log(trin());
}

void AdvanceDecline::count(const Issue& issue, std::int32_t by) noexcept {
    eligible_ += issue.direction == Direction::ineligible ? 0 : by;
    switch (issue.direction) {
        case Direction::ineligible:
            ineligible_ += by;
            break;
        case Direction::not_traded:
            break;
        case Direction::unchanged:
            unchanged_ += by;
            break;
        case Direction::advance:
            advancing_ += by;
            up_volume_ += by * issue.volume;
            break;
        case Direction::decline:
            declining_ += by;
            down_volume_ += by * issue.volume;
            break;
    }
}

void AboveAverage::count(Standing standing, std::int32_t by) noexcept {
    members_ += by;
    eligible_ += standing == Standing::ineligible ? 0 : by;
    above_ += standing == Standing::above ? by : 0;
    below_ += standing == Standing::below ? by : 0;
    equal_ += standing == Standing::equal ? by : 0;
}

void BarTick::count(Ticks close, Ticks previous, std::int32_t by) noexcept {
    if (previous == no_price) {
        return;
    }
    reporting_ += by;
    value_ += close > previous ? by : close < previous ? -by : 0;
}

}  // namespace tsflow::market
