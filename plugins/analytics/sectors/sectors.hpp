#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sector_state.hpp"
#include "session/sector_map.hpp"
#include "session/session_node.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow::sectors {

/// Compares sectors with each other and with a benchmark.
class Sectors final : public market::SessionNode {
public:
    static constexpr std::string_view name = "sectors";
    static constexpr std::string_view doc =
        "Indices, relative performance and breadth of the sectors of each universe, and a rotation "
        "map "
        "of relative strength and its momentum (not the JdK indicators).";

    struct Config : market::SessionConfig {
        std::filesystem::path sectors;
        std::string weighting = "equal";
        std::string benchmark;
        std::int64_t min_members = 3;
        std::string rank_by = "ret_1";
        std::string period = "weekly";
        std::string method = "ratio";
        std::optional<std::int64_t> n;
        std::optional<std::int64_t> m;
        std::int64_t k = 1;
        std::int64_t tail = 8;
        double band = 0.1;
        std::int64_t confirm = 1;
    };
    static void describe(Options<Config>& options);
    explicit Sectors(Config config);
    void probe(Context& context) override;

private:
    struct Member {
        std::uint16_t sector = 0;
        double weight = 0;
        market::CloseHistory closes{49};
        market::SmaThreshold average;  ///< of today
    };
    /// By sector, `ALL` the last.
    struct Universe {
        std::vector<SectorState> sectors;
        double benchmark = market::unknown;  ///< its level in the publication that is being made
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

    void make_universes();
    void count(market::View view, std::size_t index);
    void count_member(Universe& universe, market::Slot slot, const market::DaySoFar& today);
    void set_levels(market::View view, Universe& universe);
    double benchmark_return(const Universe& universe, std::size_t sessions) const;
    std::vector<Figures> figures_of(Universe& universe);
    void add_sectors(const market::Stamp& stamp, std::size_t index);
    void add_rotation(const market::Stamp& stamp, std::size_t index, bool over);
    RotationFigures rotation_of(const Universe& universe, const SectorState& sector,
                                bool over) const;
    void add_sector_row(const market::Stamp& stamp, std::size_t universe, std::size_t sector,
                        const Figures& figures);
    void add_rotation_row(const market::Stamp& stamp, std::size_t universe, std::size_t sector,
                          const RotationFigures& figures);
    bool ends_period(Date day) const;
    void commit_benchmark();

    const Config config_;
    market::RotationConfig rotation_config_;
    std::size_t rank_window_ = 0;
    std::optional<market::SectorMap> map_;
    BatchBuilder sectors_;
    BatchBuilder rotation_;
    market::TradingDay day_{};
    bool period_over_ = false;   ///< with the newest committed session
    std::vector<Member> slots_;  ///< by slot
    Level benchmark_;            ///< of the symbol, if there is one
    std::vector<Universe> universes_;
    std::vector<double> scratch_;
};

}  // namespace tsflow::sectors
