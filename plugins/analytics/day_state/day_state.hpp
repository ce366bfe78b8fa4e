#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

#include "session/session_node.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow::day_state {

struct DayRow {
    Symbol symbol;
    Timestamp timestamp;
    Date trade_date;
    Symbol session;
    Symbol status;
    Timestamp as_of;
    std::int64_t seq = 0;
    std::int64_t rev = 0;
    double open = 0, high = 0, low = 0, last = 0;
    std::optional<double> vwap;
    double volume = 0;
    std::optional<double> prev_close_adj, chg_pct;
    std::int64_t bars = 0;
    std::int64_t missing_minutes = 0;
    std::optional<double> last_bar_age_s;
    std::optional<bool> halted;

    static constexpr auto columns() {
        return std::tuple{column("symbol", &DayRow::symbol).key(),
                          column("timestamp", &DayRow::timestamp).key().event_time(),
                          column("trade_date", &DayRow::trade_date),
                          column("session", &DayRow::session),
                          column("status", &DayRow::status),
                          column("as_of", &DayRow::as_of),
                          column("seq", &DayRow::seq),
                          column("rev", &DayRow::rev),
                          column("open", &DayRow::open).in("USD"),
                          column("high", &DayRow::high).in("USD"),
                          column("low", &DayRow::low).in("USD"),
                          column("last", &DayRow::last).in("USD"),
                          column("vwap", &DayRow::vwap).in("USD"),
                          column("volume", &DayRow::volume).in("shares"),
                          column("prev_close_adj", &DayRow::prev_close_adj).in("USD"),
                          column("chg_pct", &DayRow::chg_pct).in("percent"),
                          column("bars", &DayRow::bars).in("count"),
                          column("missing_minutes", &DayRow::missing_minutes).in("count"),
                          column("last_bar_age_s", &DayRow::last_bar_age_s).in("s"),
                          column("halted", &DayRow::halted)};
    }
};

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
    bool takes_luld() const noexcept override { return true; }
    void take_luld(market::Slot slot, std::string_view indicators) override;

    enum class Halted : std::uint8_t { unknown, no, yes };

    void add_row(const market::Stamp& stamp, market::Slot slot);

    const Config config_;
    BatchBuilder rows_;
    using News = std::array<std::vector<std::uint8_t>, 2>;  // by view and slot

    News news_;
    News saved_news_;                      // until the day is restored
    int saved_settled_minute_ = -1;        // as well
    std::vector<Halted> halted_;           // by slot
    std::vector<std::uint8_t> revisions_;  // by slot and minute; stays at the greatest
    int settled_minute_ = -1;              // the newest that went out as settled
};

}  // namespace tsflow::day_state
