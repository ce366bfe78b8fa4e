#include "indicators/sector_index.hpp"

namespace tsflow::market {

double SectorIndex::today() const noexcept {
    if (reporting_ < config_.min_members) {
        return unknown;
    }
    return quotient(returns_.value(), weights_.value());
}

void SectorIndex::commit() noexcept {
    const double now = live();
    if (known(now)) {
        value_ = now;
    }
    members_ = 0;
    reporting_ = 0;
    returns_ = {};
    weights_ = {};
}

void SectorIndex::count(const MemberMove& move, std::int32_t by) noexcept {
    members_ += by;
    if (!known(move.relative)) {
        return;
    }
    reporting_ += by;
    weights_.add(by * move.weight);
    returns_.add(by * (move.weight * (move.relative - 1)));
}

}  // namespace tsflow::market
