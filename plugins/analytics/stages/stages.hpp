#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "figures.hpp"
#include "indicators/ranking.hpp"
#include "session/sector_map.hpp"
#include "session/session_node.hpp"
#include "symbol_stage.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow::stages {

/// Tells in which stage each symbol is.
class Stages final : public market::SessionNode {
public:
    static constexpr std::string_view name = "stages";
    static constexpr std::string_view doc =
        "The stage of each symbol, basing, advancing, topping or declining, by the state machine "
        "stage_v1 (inspired by Weinstein), its trend template (after Minervini), how many symbols "
        "are in "
        "which stage, and who has changed.";

    struct Config : market::SessionConfig {
        std::string period = "weekly";
        std::optional<std::int64_t> average;
        std::optional<std::int64_t> slope_periods;
        std::optional<std::int64_t> confirm;
        double slope = 0.02;
        double distance = 0.03;
        std::string benchmark;
        std::filesystem::path sectors;
        double volume_times = 2;
        double above_low = 1.30;
        double below_high = 0.75;
        double rating = 70;
        std::int64_t rising = 21;
        bool rising_every_session = false;
    };
    static void describe(Options<Config>& options);
    explicit Stages(Config config);
    void probe(Context& context) override;

private:
    static constexpr std::size_t stage_count = 5;
    struct Count {
        std::int64_t members = 0;
        std::int64_t eligible = 0;
        std::int64_t reporting = 0;
        std::array<std::int64_t, stage_count> stages{};
        std::array<std::int64_t, stage_count> live{};
        bool operator==(const Count&) const = default;
    };
    struct Universe {
        market::Ranking scores{{}};
        std::size_t ranked_symbols = 0;   ///< that the ranking is made for
        std::vector<std::uint64_t> told;  ///< by slot: fingerprints of the rows
        std::vector<Count> counts;        ///< by sector
        std::vector<Count> told_counts;
        Symbol status;  ///< of the rows that went out last
    };
    struct Changed {
        market::Slot slot = 0;
        Transition transition;
    };

    Ports outputs() override;
    void clear() override;
    void add_member(market::Slot slot) override;
    std::vector<Symbol> others() const override;
    void apply_split(market::Slot slot, double ratio) override;
    void begin_day(const market::TradingDay& day) override;
    void changed(market::View view, market::Slot slot, const market::DaySoFar& before,
                 const market::DaySoFar& now) override;
    void publish(const market::Stamp& stamp, Emitter& out) override;
    void commit(const market::TradingDay& over) override;
    bool committed(const market::Stamp& stamp, Emitter& out) override;
    void save(StateWriter& state) const override;
    void load(StateReader& state) override;

    double benchmark_price() const;
    void find_figures(market::View view);
    void make_universes();
    std::size_t sector_of(market::Slot slot) const;
    void rate(Universe& universe, std::size_t index);
    Figures rated(const Universe& universe, market::Slot slot) const;
    void tell(const market::Stamp& stamp, Emitter& out);
    void tell_universe(const market::Stamp& stamp, std::size_t index);
    /// Of `slots_` and `rated_`, which are empty then.
    void add_rows(const market::Stamp& stamp, std::size_t index);
    void add_summary(const market::Stamp& stamp, std::size_t index, std::size_t sector,
                     const Count& count);
    void add_withdrawn();
    void add_transition(const market::Stamp& stamp, std::size_t index, const Changed& change);
    bool ends_period(Date day) const;

    const Config config_;
    Rules rules_;
    std::optional<market::SectorMap> map_;
    std::vector<Symbol> sector_names_;  ///< without a map one, ALL
    BatchBuilder stages_;
    BatchBuilder summary_;
    BatchBuilder transitions_;
    market::TradingDay day_{};
    Date told_day_{};  ///< that the universes' rows are of
    bool period_over_ = false;
    std::vector<SymbolStage> symbols_;         ///< by slot
    std::vector<std::uint16_t> sector_slots_;  ///< the sector, by slot
    std::vector<Figures> figures_;             ///< of the publication that is being made
    std::vector<double> scores_;
    std::vector<market::Slot> slots_;  ///< whose rows wait to be added
    std::vector<Figures> rated_;       ///< of those
    std::vector<Changed> changes_;     ///< of the newest committed session
    std::vector<Universe> universes_;
};

}  // namespace tsflow::stages
