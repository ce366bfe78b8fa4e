#include <vector>

#include "indicators/history.hpp"
#include "indicators/ranking.hpp"
#include "indicators/rotation.hpp"
#include "indicators/sector_index.hpp"
#include "values.hpp"

namespace tsflow::market::oracles {

namespace {

// By sessions; by weeks it is 14 and 14.
constexpr RotationConfig by_ratio{RotationMethod::ratio, 50, 10, 1, 8};
constexpr RotationConfig by_zscore{RotationMethod::zscore, 50, 10, 1, 8};

struct Sector {
    SectorIndex index;
    CloseHistory history{22};
    Rotation ratio{by_ratio};
    Rotation zscore{by_zscore};
    QuadrantTracker quadrant;
    std::vector<double> returns;
};

}  // namespace

void write_sectors(const Data& data, const std::filesystem::path& folder) {
    Table out(folder / "sector_index.csv",
              "day,sector,today,index,rel_ret21,median,iqr,x,y,zx,zy,quadrant");
    std::vector<double> closes(data.symbols.size(), unknown);
    std::vector<Sector> sectors(data.sectors.size());
    SectorIndex all;  // the benchmark: everything, equally weighted
    CloseHistory all_history(22);
    std::vector<double> scratch;

    const auto split = [&](const Split& one) { closes[one.symbol] /= one.ratio; };
    const auto session = [&](int day, std::span<const DayRow> rows) {
        for (Sector& sector : sectors) {
            sector.returns.clear();
        }
        for (const DayRow& row : rows) {
            const MemberMove move{1, row.bar.close / closes[row.symbol]};
            Sector& sector = sectors[data.sector_of[row.symbol]];
            sector.index.add(move);
            sector.returns.push_back(move.relative - 1);
            all.add(move);
        }
        all.commit();
        all_history.commit(all.value());
        for (std::size_t i = 0; i < sectors.size(); ++i) {
            Sector& sector = sectors[i];
            const double today = sector.index.today();
            sector.index.commit();
            sector.history.commit(sector.index.value());
            sector.ratio.commit(sector.index.value(), all.value());
            sector.zscore.commit(sector.index.value(), all.value());
            sector.quadrant.commit(sector.ratio.value());
            const auto at = [&](double q) { return quantile(sector.returns, q, scratch); };
            out << day << data.sectors[i] << today << sector.index.value()
                << sector.history.session_return(21) - all_history.session_return(21) << at(0.5)
                << at(0.75) - at(0.25) << sector.ratio.value().ratio
                << sector.ratio.value().momentum << sector.zscore.value().ratio
                << sector.zscore.value().momentum
                << static_cast<std::int32_t>(sector.quadrant.quadrant());
            out.end_row();
        }
        for (const DayRow& row : rows) {
            closes[row.symbol] = row.bar.close;
        }
    };
    each_session(data, split, session);
}

}  // namespace tsflow::market::oracles
