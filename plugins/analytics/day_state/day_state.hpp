#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "day_volumes.hpp"
#include "session/session_node.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow::day_state {

struct DayStateConfig : market::SessionConfig {
    std::vector<std::string> halt_indicators;
};

/// The day so far of each symbol.
class DayState final : public market::SessionNode {
public:
    static constexpr std::string_view name = "day_state";
    static constexpr std::string_view doc =
        "Tells each symbol's regular session so far: open, high, low, last, volume, the change "
        "against "
        "the close before, missing minutes; with corrections, and splits on the ex-date.";

    using Config = DayStateConfig;
    static void describe(Options<Config>& options);
    explicit DayState(Config config);

private:
    Ports outputs() override { return single(rows_.schema()); }
    void clear() override;
    void add_member(market::Slot slot) override;
    void apply_split(market::Slot, double) override {}
    void begin_day(const market::TradingDay& day) override;
    void changed(market::View view, market::Slot slot, const market::DaySoFar& before,
                 const market::DaySoFar& now) override;
    void publish(const market::Stamp& stamp, Emitter& out) override;
    void commit(const market::TradingDay& day) override;
    void save(StateWriter& state) const override;
    void load(StateReader& state) override;
    void day_restored() override;
    void take_day_volume(market::Slot slot, int minute, market::Shares volume,
                         double day_volume) override;
    bool takes_luld() const noexcept override { return true; }
    void take_luld(market::Slot slot, std::string_view indicators) override;

    enum class Halted : std::uint8_t { unknown, no, yes };

    /// Of `slots_`, which is empty then.
    void add_rows(const market::Stamp& stamp);

    const Config config_;
    BatchBuilder rows_;
    using News = std::array<std::vector<std::uint8_t>, 2>;  // by view and slot

    News news_;
    News saved_news_;                // until the day is restored
    int saved_settled_minute_ = -1;  // as well
    std::vector<Halted> halted_;     // by slot
    DayVolumes volumes_;
    DayVolumes saved_volumes_;  // until the day is restored
    /// How often a row of it went out, by minute and slot; stays at the greatest. Those of a minute lie together,
    /// because they are asked for together; none before its first row.
    std::array<std::vector<std::uint8_t>, market::Minutes::most> revisions_;
    int forgotten_ = 0;                // minutes before it have no revisions any more
    std::vector<market::Slot> slots_;  // whose rows wait to be added
    int settled_minute_ = -1;          // the newest that went out as settled
};

}  // namespace tsflow::day_state
