#include "symbol_history.hpp"

#include <algorithm>

namespace tsflow::rankings {

using market::DayBar;
using market::DaySoFar;
using market::Minutes;
using market::Slot;
using market::unknown;

namespace {

/// The price as of the end of `minute`: the close of the newest bar up to there.
double price_at(const Minutes& minutes, Slot slot, int minute) noexcept {
    for (; minute >= 0; --minute) {
        if (minutes.has(slot, minute)) {
            return minutes.close(slot, minute);
        }
    }
    return unknown;
}

double volume_of(const Minutes& minutes, Slot slot, int first, int count) noexcept {
    market::Shares volume = 0;
    for (int minute = first; minute < first + count; ++minute) {
        volume += minutes.volume(slot, minute);
    }
    return market::to_volume(volume);
}

}  // namespace

std::optional<Metric> metric_named(std::string_view name) {
    const auto found = std::find_if(metrics.begin(), metrics.end(),
                                    [&](const MetricInfo& info) { return info.name == name; });
    if (found == metrics.end()) {
        return std::nullopt;
    }
    return static_cast<Metric>(found - metrics.begin());
}

SymbolHistory::SymbolHistory(const market::RelativeVolumeConfig& volume)
    : slot_minutes_(volume.minutes_per_slot), volume_(volume) {}

Figures SymbolHistory::figures(const DaySoFar& today, Slot slot, int minute, const Minutes& minutes,
                               double previous_close, const Benchmark& benchmark) const {
    Figures f = no_figures;
    const double price = today.close;
    const DayBar bar = today.bar();
    f[last] = price;
    f[ret_1] = past_.live_return(at_1, price);
    f[ret_5] = past_.live_return(at_5, price);
    f[ret_21] = past_.live_return(at_21, price);
    f[ret_63] = past_.live_return(at_63, price);
    f[ret_126] = past_.live_return(at_126, price);
    f[ret_189] = past_.live_return(at_189, price);
    f[ret_252] = past_.live_return(at_252, price);
    f[from_open] = price / today.open - 1;
    f[gap_pct] = 100 * (today.open / previous_close - 1);
    if (today.bars > 0) {
        f[ret_5m] = price / price_at(minutes, slot, minute - 5) - 1;
        f[ret_15m] = price / price_at(minutes, slot, minute - 15) - 1;
        f[ret_60m] = price / price_at(minutes, slot, minute - 60) - 1;
        const auto at = static_cast<std::size_t>(minute);
        // Of slots that are over by the end of the minute; the volume of the one that runs is left out.
        const auto over = static_cast<int>((at + 1) / slot_minutes_ * slot_minutes_);
        const auto length = static_cast<int>(slot_minutes_);
        const double so_far = today.official
                                  ? volume_of(minutes, slot, 0, over)
                                  : bar.volume - volume_of(minutes, slot, over, minute + 1 - over);
        f[rvol_cum] = volume_.cumulative(at, so_far);
        // Before the first slot is over there is none to look at.
        f[rvol_bar] =
            volume_.bar(at, over > 0 ? volume_of(minutes, slot, over - length, length) : 0);
    }
    f[rs_score] = market::live_score(past_, price);
    f[mansfield] = mansfield_.live(price, benchmark.price);
    f[rs_vs_bench_20] = market::strength_against(return_20(price), benchmark.return_20);
    f[rsi14] = rsi_.live(price);
    const double vwap = today.vwap();
    f[dollar_vol] = bar.volume * (market::known(vwap) ? vwap : price);
    f[atr14] = atr_.live(bar);
    f[atr_pct] = market::atr_percent(f[atr14], price);
    f[adr20_pct] = range_.live(bar);
    f[hv20] = volatility_.live(price);
    f[ext_atr50] = market::extension(price, average_.live(price), f[atr14]);
    return f;
}

void SymbolHistory::commit(const DaySoFar& today, Slot slot, const Minutes& minutes,
                           double benchmark) {
    const DayBar bar = today.bar();
    closes_.commit(bar.close);
    past_.update(closes_);
    average_.commit(closes_);
    mansfield_.commit(bar.close, benchmark);
    rsi_.commit(bar.close);
    atr_.commit(bar);
    range_.commit(bar);
    volatility_.commit(bar.close);
    // A day of the warm-up has no minutes, and says nothing on the time of the day.
    if (today.bars > 0) {
        for (std::size_t minute = 0; minute < market::RelativeVolume::minutes; ++minute) {
            const market::Shares volume = minutes.volume(slot, static_cast<int>(minute));
            if (volume > 0) {
                volume_.add(minute, market::to_volume(volume));
            }
        }
        volume_.end_session();
    }
}

void SymbolHistory::apply_split(double ratio) {
    closes_.apply_split(ratio);
    past_.update(closes_);
    average_.apply_split(closes_);
    mansfield_.apply_split(ratio);
    rsi_.apply_split(ratio);
    atr_.apply_split(ratio);
    volatility_.apply_split(ratio);
    volume_.apply_split(ratio);
}

void SymbolHistory::save(StateWriter& state) const {
    closes_.save(state);
    average_.save(state);
    mansfield_.save(state);
    rsi_.save(state);
    atr_.save(state);
    range_.save(state);
    volatility_.save(state);
    volume_.save(state);
}

void SymbolHistory::restore(StateReader& state) {
    closes_.restore(state);
    past_.update(closes_);
    average_.restore(state);
    mansfield_.restore(state);
    rsi_.restore(state);
    atr_.restore(state);
    range_.restore(state);
    volatility_.restore(state);
    volume_.restore(state);
}

}  // namespace tsflow::rankings
