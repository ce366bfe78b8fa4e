#include "symbol_stage.hpp"

#include <vector>

namespace tsflow::stages {

using market::DayBar;
using market::DaySoFar;
using market::known;
using market::unknown;

namespace {

double answer(bool yes) noexcept {
    return yes ? 1 : 0;
}

}  // namespace

SymbolStage::SymbolStage(const Rules& rules)
    : machine_(rules.stage), mansfield_(rules.strength_periods), averages200_(rules.trend.rising) {}

void SymbolStage::set_stage(Figures& figures) const {
    figures[stages::stage] = static_cast<double>(machine_.stage());
    figures[pending] = static_cast<double>(machine_.pending());
    figures[pending_n] = machine_.pending_count();
    figures[periods_in_stage] = machine_.periods_in_stage();
}

void SymbolStage::set_flags(const Rules& rules, Figures& figures,
                            const market::StageReading& reading) const {
    if (known(reading.slope)) {
        figures[stage_live] = static_cast<double>(reading.target);
        figures[near_ma] = answer(reading.near_average(rules.stage));
    }
    figures[ma] = reading.average;
    figures[slope] = reading.slope;
    figures[dist_ma] = reading.distance;
    const double strength = figures[mansfield];
    if (known(strength)) {
        figures[rs_ok] = answer(strength > 0);
    }
    if (known(figures[vol_ratio])) {
        figures[vol_ok] = answer(figures[vol_ratio] >= rules.volume_times);
    }
}

Figures SymbolStage::figures(const Rules& rules, Date day, const DaySoFar& today,
                             double benchmark) const {
    Figures f = no_figures;
    set_stage(f);
    if (!today.traded()) {
        return f;
    }
    const DayBar bar = today.bar();
    f[last] = bar.close;
    f[mansfield] = mansfield_.live(bar.close, benchmark);
    if (known(f[mansfield]) && known(mansfield_.value())) {
        f[rs_rising] = answer(f[mansfield] > mansfield_.value());
    }
    f[vol_ratio] = volume_.live(rules.weekly ? weeks_.live(day, bar).bar.volume : bar.volume);
    set_flags(rules, f, machine_.live(bar.close));
    set_template(rules, f, bar);
    f[rs_score] = market::live_score(past_, bar.close);
    return f;
}

void SymbolStage::set_template(const Rules& rules, Figures& f, const DayBar& bar) const {
    // The running session's average and those of the sessions before, newest first.
    constexpr std::size_t most = 64;
    std::array<double, most> averages;
    averages[0] = average200_.live(bar.close);
    std::size_t count = 1;
    while (count <= averages200_.size() && count < most) {
        averages[count] = averages200_.back(count - 1);
        ++count;
    }
    const market::TrendTemplate found =
        market::trend_template({.close = bar.close,
                                .sma50 = average50_.live(bar.close),
                                .sma150 = average150_.live(bar.close),
                                .sma200 = {averages.data(), count},
                                .high = high_.live(bar.high),
                                .low = low_.live(bar.low),
                                .rating = unknown},
                               rules.trend);
    for (std::size_t i = 0; i + 1 < found.criteria.size(); ++i) {
        f[c1 + i] = found.criteria[i] ? answer(*found.criteria[i]) : unknown;
    }
}

void SymbolStage::set_committed(const Rules& rules, Figures& figures, bool period_over) const {
    set_stage(figures);
    if (!period_over) {
        return;
    }
    figures[mansfield] = mansfield_.value();
    figures[vol_ratio] = volume_.value();
    figures[rs_rising] = known(mansfield_.value()) && known(strength_before_)
                             ? answer(mansfield_.value() > strength_before_)
                             : unknown;
    set_flags(rules, figures, machine_.reading());
}

void SymbolStage::commit(const Rules& rules, Date day, const DaySoFar& today) {
    const DayBar bar = today.bar();
    closes_.commit(bar.close);
    past_.update(closes_);
    for (market::CloseAverage* average : {&average50_, &average150_, &average200_}) {
        average->commit(closes_);
    }
    if (const double average = average200_.value(); known(average)) {
        averages200_.push(average);
    }
    high_.commit(bar.high);
    low_.commit(bar.low);
    if (rules.weekly) {
        weeks_.commit(day, bar);
    } else {
        session_ = bar;
    }
}

std::optional<Transition> SymbolStage::end_period(const Rules& rules, double benchmark) {
    std::optional<DayBar> period = session_;
    session_.reset();
    if (rules.weekly) {
        const auto week = weeks_.close();
        period = week ? std::optional{week->bar} : std::nullopt;
    }
    if (!period) {
        return std::nullopt;  // a week without a bar is absent
    }
    strength_before_ = mansfield_.value();
    mansfield_.commit(period->close, benchmark);
    volume_.commit(period->volume);
    Transition transition{machine_.stage(), machine_.stage(), machine_.periods_in_stage()};
    if (!machine_.commit(period->close)) {
        return std::nullopt;
    }
    transition.to = machine_.stage();
    return transition;
}

void SymbolStage::apply_split(double ratio) {
    machine_.apply_split(ratio);
    mansfield_.apply_split(ratio);
    volume_.apply_split(ratio);
    weeks_.apply_split(ratio);
    closes_.apply_split(ratio);
    past_.update(closes_);
    average50_.apply_split(closes_);
    average150_.apply_split(closes_);
    average200_.apply_split(closes_);
    averages200_.change_each([ratio](double average) { return average / ratio; });
    high_.apply_split(ratio);
    low_.apply_split(ratio);
}

void SymbolStage::save(StateWriter& state) const {
    machine_.save(state);
    mansfield_.save(state);
    state.real(strength_before_);
    volume_.save(state);
    weeks_.save(state);
    closes_.save(state);
    average50_.save(state);
    average150_.save(state);
    average200_.save(state);
    averages200_.save(state);
    high_.save(state);
    low_.save(state);
}

void SymbolStage::restore(StateReader& state) {
    machine_.restore(state);
    mansfield_.restore(state);
    strength_before_ = state.real();
    volume_.restore(state);
    weeks_.restore(state);
    closes_.restore(state);
    past_.update(closes_);
    average50_.restore(state);
    average150_.restore(state);
    average200_.restore(state);
    averages200_.restore(state);
    high_.restore(state);
    low_.restore(state);
}

}  // namespace tsflow::stages
