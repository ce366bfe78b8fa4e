#include <chrono>
#include <vector>

#include "indicators/stage.hpp"
#include "indicators/weekly.hpp"
#include "values.hpp"

namespace tsflow::market::oracles {

namespace {

struct Symbol {
    Weeks weeks;
    StageMachine stage;
    WeekVolume volume;
};

}  // namespace

void write_weeks(const Data& data, const std::filesystem::path& folder) {
    Table out(folder / "weeks.csv",
              "monday,symbol,stage,target,pending_count,periods,slope,distance,vol_ratio");
    std::vector<Symbol> symbols(data.symbols.size());
    const auto split = [&](const Split& one) {
        Symbol& symbol = symbols[one.symbol];
        symbol.weeks.apply_split(one.ratio);
        symbol.stage.apply_split(one.ratio);
        symbol.volume.apply_split(one.ratio);
    };
    const auto session = [&](int day, std::span<const DayRow> rows) {
        for (const DayRow& row : rows) {
            Symbol& symbol = symbols[row.symbol];
            const auto week = symbol.weeks.commit(Date{Date::duration{day}}, row.bar);
            if (!week) {
                continue;
            }
            symbol.stage.commit(week->bar.close);
            symbol.volume.commit(week->bar.volume);
            const StageReading& reading = symbol.stage.reading();
            out << static_cast<std::int32_t>(week->monday.time_since_epoch().count())
                << data.symbols[row.symbol] << static_cast<std::int32_t>(symbol.stage.stage())
                << static_cast<std::int32_t>(reading.target) << symbol.stage.pending_count()
                << symbol.stage.periods_in_stage() << reading.slope << reading.distance
                << symbol.volume.value();
            out.end_row();
        }
    };
    each_session(data, split, session);
}

}  // namespace tsflow::market::oracles
