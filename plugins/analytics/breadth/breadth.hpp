#pragma once

#include <array>
#include <string>
#include <vector>

#include "averages.hpp"
#include "rows.hpp"
#include "session/session_node.hpp"
#include "tallies.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow::breadth {

struct BreadthConfig : market::SessionConfig {
    std::vector<std::string> averages{"sma10", "sma20", "sma50", "sma200", "ema20"};
    std::int64_t high_low_sessions = 252;
    std::string match = "strict";
    double scale = 1000;
    std::string seed = "sma";
    double start = 0;
    std::string thrust = "ema_of_ratio";
    std::int64_t min_members = 1;
};

/// How a universe moves as a whole. A bar costs a few comparisons with what was worked out once for the session,
/// and a step of a few counts for each universe of its symbol.
class Breadth final : public market::SessionNode {
public:
    static constexpr std::string_view name = "breadth";
    static constexpr std::string_view doc =
        "Tells how many members of a universe rise and fall, on what volume, above which averages "
        "and at "
        "which extremes. Outputs: `ad` advances and declines, `ma` members above averages, `hl` "
        "new highs "
        "and lows, `osc` the McClellan oscillator and the breadth thrust.";

    using Config = BreadthConfig;
    static void describe(Options<Config>& options);
    explicit Breadth(Config config);

private:
    enum Port : std::size_t { ad, ma, hl, osc };

    Ports outputs() override;
    void clear() override;
    void add_member(market::Slot slot) override;
    void apply_split(market::Slot slot, double ratio) override;
    void begin_day(const market::TradingDay& day) override;
    void changed(market::View view, market::Slot slot, const market::DaySoFar& before,
                 const market::DaySoFar& now) override;
    void fetch(market::Slot slot) const noexcept override;
    void publish(const market::Stamp& stamp, Emitter& out) override;
    void commit(const market::TradingDay& day) override;
    void save(StateWriter& state) const override;
    void load(StateReader& state) override;

    /// What a symbol keeps of its past.
    struct History {
        History(const std::vector<Average>& averages, std::size_t sessions)
            : closes(averages), highest(sessions), lowest(sessions) {}
        SymbolAverages closes;
        market::Highest highest;
        market::Lowest lowest;
    };
    struct DayTally {
        std::vector<Tally> universes;
        int newest_minute = -1;  ///< the one that the bar ticks are of
    };

    Committed new_committed() const;
    std::string averages_text() const;
    void set_levels(market::Slot slot);
    void count_member(market::Slot slot);
    market::Standing standing(std::size_t level, std::size_t average,
                              const market::DaySoFar& day) const noexcept;
    void count_tick(DayTally& day, market::UniverseSet universes, const market::DaySoFar& before,
                    const market::DaySoFar& now);

    bool enough(std::int64_t eligible) const noexcept { return eligible >= config_.min_members; }
    void add_ad(const market::Stamp& stamp, std::size_t universe, const Tally& tally, bool tick);
    void add_ma(const market::Stamp& stamp, std::size_t universe, const Tally& tally);
    void add_hl(const market::Stamp& stamp, std::size_t universe, const Tally& tally);
    void add_osc(const market::Stamp& stamp, std::size_t universe, const Tally& tally);

    const Config config_;
    std::vector<Average> averages_;
    std::vector<Symbol> average_names_;
    const market::Match match_;

    std::vector<History> histories_;        // by slot
    std::vector<Levels> levels_;            // by slot
    std::vector<AverageLevel> above_;       // by slot and average
    std::array<DayTally, 2> tallies_;       // by view
    std::vector<Committed> committed_;      // by universe
    std::array<BatchBuilder, 4> builders_;  // by port
};

}  // namespace tsflow::breadth
