// The rows that go out.

#include "breadth.hpp"

namespace tsflow::breadth {

using namespace market;

namespace {

Count count_of(bool enough, std::int64_t count) {
    return enough ? Count{count} : std::nullopt;
}

Value value_of(bool enough, double value) {
    return enough ? or_null(value) : std::nullopt;
}

}  // namespace

void Breadth::publish(const Stamp& stamp, Emitter& out) {
    const DayTally& day = tallies_[static_cast<std::size_t>(stamp.view)];
    for_each_universe(stamp.news, [&](std::size_t universe) {
        const Tally& tally = day.universes[universe];
        add_ad(stamp, universe, tally, day.newest_minute == stamp.minute);
        add_ma(stamp, universe, tally);
        add_hl(stamp, universe, tally);
        add_osc(stamp, universe, tally);
    });
    for (std::size_t port = 0; port < builders_.size(); ++port) {
        out.emit(builders_[port].finish(), port);
    }
}

void Breadth::add_ad(const Stamp& stamp, std::size_t universe, const Tally& tally, bool tick) {
    const AdvanceDecline& issues = tally.issues;
    const Committed& committed = committed_[universe];
    const bool ok = enough(issues.eligible());
    AdRow row;
    row.fill(stamp, members(), universe);
    row.count(issues);
    row.adv = count_of(ok, issues.advancing());
    row.dec = count_of(ok, issues.declining());
    row.unch = count_of(ok, issues.unchanged());
    row.not_traded = count_of(ok, issues.not_traded());
    row.net_adv = count_of(ok, issues.net());
    row.adv_pct = value_of(ok, issues.advance_percent());
    row.ad_ratio = value_of(ok, issues.ratio());
    row.up_vol = value_of(ok, to_volume(issues.up_volume()));
    row.dn_vol = value_of(ok, to_volume(issues.down_volume()));
    row.trin = value_of(ok, issues.trin());
    row.ln_trin = value_of(ok, issues.ln_trin());
    row.trin_10 = value_of(ok, committed.live_trin_10(tally));
    row.ad_line = count_of(ok, committed.line.live(issues.net()));
    row.bar_tick = count_of(tick && tally.tick.reporting() > 0, tally.tick.value());
    append(builders_[ad], row);
}

void Breadth::add_ma(const Stamp& stamp, std::size_t universe, const Tally& tally) {
    for (std::size_t i = 0; i < averages_.size(); ++i) {
        const AboveAverage& above = tally.above[i];
        const bool ok = enough(above.eligible());
        MaRow row;
        row.fill(stamp, members(), universe);
        row.count(above);
        row.average = average_names_[i];
        row.window = averages_[i].window;
        row.above = count_of(ok, above.above());
        row.below = count_of(ok, above.below());
        row.equal = count_of(ok, above.equal());
        row.pct_above = value_of(ok, above.percent());
        append(builders_[ma], row);
    }
}

void Breadth::add_hl(const Stamp& stamp, std::size_t universe, const Tally& tally) {
    const NewHighsLows& year = tally.year;
    const HighLowIndex& index = committed_[universe].high_low;
    const bool ok = enough(year.eligible());
    const double record = year.record_high_percent();
    HlRow row;
    row.fill(stamp, members(), universe);
    row.count(year);
    row.new_high = count_of(ok, year.highs());
    row.new_low = count_of(ok, year.lows());
    row.nh_nl = count_of(ok, year.net());
    row.record_high_pct = value_of(ok, record);
    // A session with neither highs nor lows is left out of the index.
    row.hl_index10 = value_of(ok, known(record) ? index.live(record) : index.value());
    const bool in_day = tally.day.eligible() > 0;
    row.intraday_high = count_of(in_day, tally.day.highs());
    row.intraday_low = count_of(in_day, tally.day.lows());
    append(builders_[hl], row);
}

void Breadth::add_osc(const Stamp& stamp, std::size_t universe, const Tally& tally) {
    const AdvanceDecline& issues = tally.issues;
    const Committed& committed = committed_[universe];
    const bool ok = enough(issues.eligible());
    const McClellanValues now = committed.mcclellan.live(issues.advancing(), issues.declining());
    const ThrustValues thrust = committed.thrust.live(issues.advancing(), issues.declining());
    OscRow row;
    row.fill(stamp, members(), universe);
    row.count(issues);
    row.rana = value_of(ok, now.net);
    row.t10 = value_of(ok, now.average19);
    row.t5 = value_of(ok, now.average39);
    row.mcclellan = value_of(ok, now.oscillator);
    row.summation = value_of(ok && known(now.oscillator), now.summation);
    row.zbt = value_of(ok, thrust.value);
    if (ok && known(thrust.value)) {
        row.zbt_event = thrust.event;
        if (thrust.since_low) {
            row.zbt_days_since_low = *thrust.since_low;
        }
    }
    const McClellanValues& before = committed.mcclellan.values();
    row.prev_mcclellan = or_null(before.oscillator);
    row.prev_summation = value_of(known(before.oscillator), before.summation);
    row.prev_zbt = or_null(committed.thrust.values().value);
    row.sessions = committed.mcclellan.sessions();
    row.settled = row.sessions >= McClellan::settled_after;
    append(builders_[osc], row);
}

}  // namespace tsflow::breadth
