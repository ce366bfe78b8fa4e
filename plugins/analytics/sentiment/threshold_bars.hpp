#pragma once

#include <array>
#include <optional>
#include <tuple>
#include <vector>

#include "indicators/history.hpp"
#include "indicators/sentiment.hpp"
#include "session/session_node.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow::sentiment {

struct ThresholdRow : market::GroupHeader {
    double threshold = 0;
    std::optional<std::int64_t> significant_decline, minor_decline, minor_advance,
        significant_advance;
    std::optional<double> significant_decline_pct, minor_decline_pct, minor_advance_pct,
        significant_advance_pct, decline_pct, advance_pct;

    static constexpr auto columns() {
        using R = ThresholdRow;
        return std::tuple_cat(
            market::group_columns<R>(),
            std::tuple{column("threshold", &R::threshold).in("fraction"),
                       column("significant_decline", &R::significant_decline).in("count"),
                       column("minor_decline", &R::minor_decline).in("count"),
                       column("minor_advance", &R::minor_advance).in("count"),
                       column("significant_advance", &R::significant_advance).in("count"),
                       column("significant_decline_pct", &R::significant_decline_pct).in("percent"),
                       column("minor_decline_pct", &R::minor_decline_pct).in("percent"),
                       column("minor_advance_pct", &R::minor_advance_pct).in("percent"),
                       column("significant_advance_pct", &R::significant_advance_pct).in("percent"),
                       column("decline_pct", &R::decline_pct).in("percent"),
                       column("advance_pct", &R::advance_pct).in("percent")});
    }
};

struct ThresholdConfig : market::SessionConfig {
    double threshold = 0.10;
    std::int64_t sessions = 1;
};

/// How many members of a universe moved by how much, in four segments.
class ThresholdBars final : public market::SessionNode {
public:
    static constexpr std::string_view name = "threshold_bars";
    static constexpr std::string_view doc =
        "Sorts the members of a universe into four segments by their change: significant and minor "
        "declines, minor and significant advances, on either side of a threshold.";

    using Config = ThresholdConfig;
    static void describe(Options<Config>& options);
    explicit ThresholdBars(Config config);

private:
    struct Tally {
        market::ThresholdBar bar;
        std::int64_t eligible = 0;
    };

    Ports outputs() override { return single(rows_.schema()); }
    void clear() override;
    void add_member(market::Slot slot) override;
    void apply_split(market::Slot slot, double ratio) override;
    void begin_day(const market::TradingDay& day) override;
    void changed(market::View view, market::Slot slot, const market::DaySoFar& before,
                 const market::DaySoFar& now) override;
    void publish(const market::Stamp& stamp, Emitter& out) override;
    void commit(const market::TradingDay& day) override;
    void save(StateWriter& state) const override;
    void load(StateReader& state) override;

    void count_member(market::Slot slot);
    double base(market::Slot slot) const noexcept;
    double change(market::Slot slot, const market::DaySoFar& day) const noexcept;

    const Config config_;
    BatchBuilder rows_;
    std::vector<market::CloseHistory> closes_;  // by slot
    std::vector<double> bases_;  // by slot: the close that today's changes are against
    std::array<std::vector<Tally>, 2> tallies_;  // by view and universe
};

}  // namespace tsflow::sentiment
