#include "tallies.hpp"

namespace tsflow::breadth {

using namespace market;

Counted::Counted(const Levels& levels, const DaySoFar& so_far, Match match) {
    const Ticks high = so_far.traded() ? to_ticks(so_far.high) : no_price;
    const Ticks low = so_far.traded() ? to_ticks(so_far.low) : no_price;
    issue = {direction_of(so_far.price(), levels.previous_close), so_far.volume};
    year = new_extreme(levels.highest, levels.lowest, high, low, match);
    // Whether the newest bar went beyond all bars of the day before it.
    day = new_extreme(so_far.high_before, so_far.low_before, high, low);
}

void Committed::commit(const Tally& tally) {
    const AdvanceDecline& issues = tally.issues;
    line.commit(issues.net());
    mcclellan.commit(issues.advancing(), issues.declining());
    thrust.commit(issues.advancing(), issues.declining());
    high_low.commit(tally.year.record_high_percent());
    if (issues.reporting() > 0) {
        advancing.commit(issues.advancing());
        declining.commit(issues.declining());
        up_volume.commit(issues.up_volume());
        down_volume.commit(issues.down_volume());
    }
}

double Committed::live_trin_10(const Tally& tally) const noexcept {
    const AdvanceDecline& issues = tally.issues;
    if (!advancing.full_live()) {
        return unknown;
    }
    return trin(static_cast<double>(advancing.live(issues.advancing())),
                static_cast<double>(declining.live(issues.declining())),
                static_cast<double>(up_volume.live(issues.up_volume())),
                static_cast<double>(down_volume.live(issues.down_volume())));
}

void Committed::save(StateWriter& state) const {
    line.save(state);
    mcclellan.save(state);
    thrust.save(state);
    high_low.save(state);
    for (const RollingSum* sum : {&advancing, &declining, &up_volume, &down_volume}) {
        sum->save(state);
    }
}

void Committed::restore(StateReader& state) {
    line.restore(state);
    mcclellan.restore(state);
    thrust.restore(state);
    high_low.restore(state);
    for (RollingSum* sum : {&advancing, &declining, &up_volume, &down_volume}) {
        sum->restore(state);
    }
}

}  // namespace tsflow::breadth
