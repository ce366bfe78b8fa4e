#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "figures.hpp"
#include "indicators/fingerprint.hpp"
#include "indicators/ranking.hpp"
#include "session/session_node.hpp"
#include "symbol_history.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow::rankings {

/// Ranks the symbols of universes.
class Rankings final : public market::SessionNode {
public:
    static constexpr std::string_view name = "rankings";
    static constexpr std::string_view doc =
        "Returns over sessions and minutes, relative strength, relative volume and volatility of "
        "each "
        "symbol, its ranks in its universes, and the best and the worst with how their ranks "
        "moved.";

    struct Config : market::SessionConfig {
        std::vector<std::string> rank_by = {"ret_1"};
        std::int64_t top = 50;
        double min_price = 0;
        double min_dollar_volume = 0;
        std::string benchmark;
        std::int64_t volume_sessions = 10;
        std::int64_t volume_slot = 5;
        double surge = 2;
    };
    static void describe(Options<Config>& options);
    explicit Rankings(Config config);

private:
    /// One universe's order by one metric.
    struct Ranked {
        Metric metric = ret_1;
        market::Ranking ranking{{}};
        market::RankChanges since;  ///< the session before
    };
    /// What a row of `ranks` said beside the figures.
    struct Standing {
        std::uint32_t rank = 0;
        std::int32_t rank_delta = 0;
        double pct_rank = market::unknown;
        double rsi_pct_rank = market::unknown;
        std::int8_t rating = 0;  ///< 1 to 99, or 0 for none
        bool is_new = true;
        bool operator==(const Standing& other) const noexcept {
            return rank == other.rank && rank_delta == other.rank_delta &&
                   alike(pct_rank, other.pct_rank) && alike(rsi_pct_rank, other.rsi_pct_rank) &&
                   rating == other.rating && is_new == other.is_new;
        }
    };
    struct Place {
        Symbol symbol;
        double value = market::unknown;
        std::uint32_t rank = 0;
        std::int32_t rank_delta = 0;
        bool is_new = true;
        bool operator==(const Place& other) const noexcept {
            return symbol == other.symbol && alike(value, other.value) && rank == other.rank &&
                   rank_delta == other.rank_delta && is_new == other.is_new;
        }
    };
    struct Universe {
        std::vector<Ranked> by;          ///< as `rank_by`
        Ranked score, rsi;               ///< unless `by` has them
        std::size_t ranked_symbols = 0;  ///< that the rankings are made for
        std::int64_t members = 0;
        std::int64_t eligible = 0;
        std::vector<Standing> told;                ///< by slot
        std::vector<std::vector<Place>> told_top;  ///< by metric and side
        Symbol status;                             ///< of those rows
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
    void save(StateWriter& state) const override;
    void load(StateReader& state) override;

    void find_figures(market::View view, int minute);
    void make_universes();
    Universe& add_universe();
    static void save_universe(StateWriter& state, const Universe& universe);
    static void load_universe(StateReader& state, Universe& universe);
    void order(Universe& universe, std::size_t index);
    void update(Ranked& ranked, std::size_t index);
    /// Its place in `rank_by`.
    std::optional<std::size_t> ranked_by(Metric metric) const noexcept;
    bool eligible(market::Slot slot, Metric metric) const noexcept;
    Standing standing_of(const Universe& universe, market::Slot slot) const;
    void add_ranks(const market::Stamp& stamp, std::size_t index);
    /// Of `slots_`, which is empty then.
    void add_rows(const market::Stamp& stamp, std::size_t index);
    void add_top(const market::Stamp& stamp, std::size_t index);
    void add_place(const market::Stamp& stamp, const Universe& universe, std::size_t index,
                   const Ranked& ranked, bool best, std::size_t at, const Place& place);

    const Config config_;
    std::vector<Metric> rank_by_;
    BatchBuilder ranks_;
    BatchBuilder top_;
    market::TradingDay day_{};
    Date told_day_{};                     ///< that `told_` and the universes' rows are of
    std::vector<SymbolHistory> history_;  ///< by slot
    std::vector<Figures> figures_;        ///< as of the publication that is being made
    std::vector<std::uint64_t> prints_;   ///< fingerprints of those
    std::vector<std::uint64_t> told_;     ///< of those that went out last
    std::vector<double> values_;          ///< scratch
    std::vector<market::Slot> slots_;     ///< whose rows wait to be added
    std::vector<Universe> universes_;
};

}  // namespace tsflow::rankings
