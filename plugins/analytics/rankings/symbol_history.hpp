#pragma once

#include <array>
#include <cstddef>

#include "figures.hpp"
#include "indicators/history.hpp"
#include "indicators/relative_strength.hpp"
#include "indicators/relative_volume.hpp"
#include "indicators/volatility.hpp"
#include "indicators/wilder.hpp"
#include "session/day_so_far.hpp"
#include "session/minutes.hpp"

namespace tsflow::rankings {

/// The benchmark at the same moment; unknown without one.
struct Benchmark {
    double price = market::unknown;
    double return_20 = market::unknown;
};

/// What is remembered of one symbol from session to session; about 8 KB with slots of five minutes.
class SymbolHistory {
public:
    explicit SymbolHistory(const market::RelativeVolumeConfig& volume);

    void begin_day(bool early_close) { volume_.begin_session(early_close); }
    /// `today` as of `minute`, which may be later than its newest bar. Not of a day without trades.
    Figures figures(const market::DaySoFar& today, market::Slot slot, int minute,
                    const market::Minutes& minutes, double previous_close,
                    const Benchmark& benchmark) const;
    double return_20(double price) const noexcept { return past_.live_return(at_20, price); }
    /// The session is over. `benchmark` is its close then.
    void commit(const market::DaySoFar& today, market::Slot slot, const market::Minutes& minutes,
                double benchmark);
    /// One without trades.
    void skip() { volume_.begin_session(false); }

    std::size_t sessions() const noexcept { return closes_.size(); }
    std::size_t volume_sessions() const noexcept { return volume_.base_sessions(); }

    void apply_split(double ratio);
    void apply_benchmark_split(double ratio) { mansfield_.apply_split(1 / ratio); }
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    /// Sessions of returns; those of the score first.
    static constexpr std::array<std::size_t, 8> windows{63, 126, 189, 252, 1, 5, 21, 20};
    enum Past : std::size_t { at_63, at_126, at_189, at_252, at_1, at_5, at_21, at_20 };

    market::CloseHistory closes_{252};
    market::PastCloses<windows.size()> past_{windows};
    market::CloseAverage average_{50};
    market::Mansfield mansfield_{200};
    market::Rsi rsi_;
    market::Atr atr_;
    market::AverageDailyRange range_;
    market::HistoricalVolatility volatility_;
    std::size_t slot_minutes_;
    market::RelativeVolume volume_;
};

}  // namespace tsflow::rankings
