#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "indicators/day_bar.hpp"

namespace tsflow::market::oracles {

/// A day is its number since 1970-01-01, in all files; a symbol its number in `Data::symbols`.
struct DayRow {
    int day;
    std::uint32_t symbol;
    DayBar bar;
};

struct MinuteRow {
    int day;
    std::uint32_t symbol;
    std::size_t minute;
    double volume;
};

struct Split {
    int day;
    std::uint32_t symbol;
    double ratio;
};

/// What prepare.sh wrote into a folder: days.csv, splits.csv, sectors.csv, minutes.csv; rows by day.
struct Data {
    std::vector<std::string> symbols;
    std::vector<std::string> sectors;
    std::vector<std::uint32_t> sector_of;  ///< of each symbol
    std::vector<DayRow> days;
    std::vector<MinuteRow> minutes;
    std::vector<Split> splits;

    std::uint32_t symbol(std::string_view name) const;
};

Data read(const std::filesystem::path& folder);

/// A CSV file of numbers and names; what is unknown is left empty.
class Table {
public:
    Table(const std::filesystem::path& file, std::string_view header);

    Table& operator<<(double value);
    Table& operator<<(std::int64_t value);
    Table& operator<<(std::int32_t value) { return *this << std::int64_t{value}; }
    Table& operator<<(std::string_view value);
    void end_row();

private:
    std::ofstream out_;
    bool in_row_ = false;
};

/// symbols.csv, ranks.csv, market.csv, template.csv.
void write_market(const Data& data, const std::filesystem::path& folder);
/// sector_index.csv.
void write_sectors(const Data& data, const std::filesystem::path& folder);
/// weeks.csv.
void write_weeks(const Data& data, const std::filesystem::path& folder);
/// volume.csv.
void write_volume(const Data& data, const std::filesystem::path& folder);

/// Calls `split(Split)` for each that has its ex-date, then `session(day, rows)`, day by day.
template <class OnSplit, class OnSession>
void each_session(const Data& data, OnSplit split, OnSession session) {
    auto next_split = data.splits.begin();
    for (auto first = data.days.begin(); first != data.days.end();) {
        auto end = first;
        while (end != data.days.end() && end->day == first->day) {
            ++end;
        }
        for (; next_split != data.splits.end() && next_split->day <= first->day; ++next_split) {
            split(*next_split);
        }
        session(first->day, std::span(first, end));
        first = end;
    }
}

}  // namespace tsflow::market::oracles
