#include "threshold_bars.hpp"

#include <utility>

#include "tsflow/error.hpp"

namespace tsflow::sentiment {

using namespace market;

void ThresholdBars::describe(Options<Config>& o) {
    describe_session(o);
    o.optional("threshold", &Config::threshold,
               "The change from which on a move is significant, as a fraction: 0.1 is 10 %")
        .range(0, 1);
    o.optional("sessions", &Config::sessions,
               "The change is against the close of so many sessions before")
        .range(1, 2000)
        .in("sessions");
}

ThresholdBars::ThresholdBars(Config config)
    : SessionNode(config), config_(std::move(config)), rows_(schema_of<ThresholdRow>()) {}

void ThresholdBars::clear() {
    closes_.clear();
    bases_.clear();
    tallies_ = {};
}

double ThresholdBars::base(Slot slot) const noexcept {
    return closes_[slot].close(static_cast<std::size_t>(config_.sessions) - 1);
}

double ThresholdBars::change(Slot slot, const DaySoFar& day) const noexcept {
    return day.traded() ? day.close / bases_[slot] - 1 : unknown;
}

void ThresholdBars::add_member(Slot slot) {
    market::make_room(closes_, members().size());
    closes_.emplace_back(static_cast<std::size_t>(config_.sessions));
    market::make_room(bases_, members().size());
    bases_.push_back(unknown);
    if (day_open()) {
        count_member(slot);
    }
}

void ThresholdBars::count_member(Slot slot) {
    const bool eligible = closes_[slot].size() >= static_cast<std::size_t>(config_.sessions);
    for (auto& universes : tallies_) {
        for_each_universe(members().universes_of(slot), [&](std::size_t universe) {
            universes[universe].bar.add(unknown);
            universes[universe].eligible += eligible ? 1 : 0;
        });
    }
}

void ThresholdBars::apply_split(Slot slot, double ratio) {
    closes_[slot].apply_split(ratio);
}

void ThresholdBars::begin_day(const TradingDay& /*day*/) {
    for (auto& universes : tallies_) {
        universes.assign(members().universes(), Tally{ThresholdBar(config_.threshold), 0});
    }
    for (Slot slot = 0; slot < members().size(); ++slot) {
        bases_[slot] = base(slot);
        count_member(slot);
    }
}

void ThresholdBars::changed(View view, Slot slot, const DaySoFar& before, const DaySoFar& now) {
    const double was = change(slot, before);
    const double is = change(slot, now);
    for_each_universe(members().universes_of(slot), [&](std::size_t universe) {
        ThresholdBar& bar = tallies_[static_cast<std::size_t>(view)][universe].bar;
        bar.remove(was);
        bar.add(is);
    });
}

void ThresholdBars::publish(const Stamp& stamp, Emitter& out) {
    for_each_universe(stamp.news, [&](std::size_t universe) {
        const Tally& tally = tallies_[static_cast<std::size_t>(stamp.view)][universe];
        const ThresholdBar& bar = tally.bar;
        const auto count = [&](ThresholdBar::Segment segment) {
            return tally.eligible > 0 ? std::optional<std::int64_t>{bar.count(segment)}
                                      : std::nullopt;
        };
        ThresholdRow row;
        row.fill(stamp, members(), universe);
        row.n_members = bar.members();
        row.n_eligible = tally.eligible;
        row.n_reporting = bar.reporting();
        row.threshold = config_.threshold;
        row.significant_decline = count(ThresholdBar::significant_decline);
        row.minor_decline = count(ThresholdBar::minor_decline);
        row.minor_advance = count(ThresholdBar::minor_advance);
        row.significant_advance = count(ThresholdBar::significant_advance);
        row.significant_decline_pct = or_null(bar.percent(ThresholdBar::significant_decline));
        row.minor_decline_pct = or_null(bar.percent(ThresholdBar::minor_decline));
        row.minor_advance_pct = or_null(bar.percent(ThresholdBar::minor_advance));
        row.significant_advance_pct = or_null(bar.percent(ThresholdBar::significant_advance));
        row.decline_pct = or_null(bar.decline_percent());
        row.advance_pct = or_null(bar.advance_percent());
        append(rows_, row);
    });
    out.emit(rows_.finish());
}

void ThresholdBars::commit(const TradingDay& /*day*/) {
    for (Slot slot = 0; slot < closes_.size(); ++slot) {
        if (const DaySoFar& today = day(View::complete)[slot]; today.traded()) {
            closes_[slot].commit(today.close);
        }
    }
}

void ThresholdBars::save(StateWriter& state) const {
    state.integer(static_cast<std::int64_t>(closes_.size()));
    for (const CloseHistory& closes : closes_) {
        closes.save(state);
    }
}

void ThresholdBars::load(StateReader& state) {
    const auto count = static_cast<std::size_t>(state.integer());
    if (count > closes_.size()) {
        throw Error("the saved state has more symbols than it names");
    }
    for (std::size_t slot = 0; slot < count; ++slot) {
        closes_[slot].restore(state);
    }
}

}  // namespace tsflow::sentiment
