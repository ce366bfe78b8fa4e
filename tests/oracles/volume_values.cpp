#include <vector>

#include "indicators/relative_volume.hpp"
#include "values.hpp"

namespace tsflow::market::oracles {

void write_volume(const Data& data, const std::filesystem::path& folder) {
    Table out(folder / "volume.csv", "day,symbol,minute,cumulative,bar");
    std::vector<RelativeVolume> volumes(data.symbols.size());
    // Rows come by day, and by symbol within a day.
    for (auto first = data.minutes.begin(); first != data.minutes.end();) {
        RelativeVolume& volume = volumes[first->symbol];
        volume.begin_session(false);
        auto row = first;
        for (; row != data.minutes.end() && row->day == first->day && row->symbol == first->symbol;
             ++row) {
            volume.add(row->minute, row->volume);
            out << row->day << data.symbols[row->symbol] << static_cast<std::int64_t>(row->minute)
                << volume.cumulative(row->minute) << volume.bar(row->minute);
            out.end_row();
        }
        volume.end_session();
        first = row;
    }
}

}  // namespace tsflow::market::oracles
