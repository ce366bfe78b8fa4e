#include "session/sector_map.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <utility>

#include "csv_rows.hpp"
#include "tsflow/error.hpp"

namespace tsflow::market {

namespace {

std::string read_text(const std::filesystem::path& file) {
    std::ifstream in;
    if (std::error_code missing; std::filesystem::is_regular_file(file, missing)) {
        in.open(file, std::ios::binary);
    }
    if (!in.is_open()) {
        throw Error("the sector map '" + file.string() +
                    "' cannot be read; check the path and the access rights");
    }
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::string normalised(std::string_view symbol) {
    std::string text{symbol};
    std::replace(text.begin(), text.end(), '-', '.');
    std::replace(text.begin(), text.end(), '/', '.');
    return text;
}

double weight_of(const CsvRows& rows) {
    const std::string& text = rows.field("weight");
    if (text.empty()) {
        return 0;
    }
    double weight = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
    if (error != std::errc{} || end != text.data() + text.size() || !(weight > 0) ||
        !std::isfinite(weight)) {
        rows.fail("weight is '" + text + "'; expected a number above 0, or nothing");
    }
    return weight;
}

}  // namespace

SectorMap::SectorMap(const std::filesystem::path& file) {
    const std::string text = read_text(file);
    CsvRows rows(file.string(), text, {"symbol", "sector"}, {"name", "industry", "weight"});
    std::vector<std::pair<std::string, std::string>> found;
    while (rows.next()) {
        const std::string& sector = rows.field("sector");
        if (rows.field("symbol").empty() || sector.empty()) {
            rows.fail("a symbol and its sector are wanted, and one of them is empty");
        }
        if (sector == all) {
            rows.fail("'" + sector + "' stands for all sectors together; name this one otherwise");
        }
        const std::string symbol = normalised(rows.field("symbol"));
        if (!entries_.emplace(symbol, Entry{0, weight_of(rows)}).second) {
            rows.fail("symbol '" + symbol + "' comes twice");
        }
        found.emplace_back(symbol, sector);
        sectors_.push_back(sector);
    }
    std::sort(sectors_.begin(), sectors_.end());
    sectors_.erase(std::unique(sectors_.begin(), sectors_.end()), sectors_.end());
    std::erase(sectors_, unclassified);
    sectors_.emplace_back(unclassified);
    for (const auto& [symbol, sector] : found) {
        const auto at = std::find(sectors_.begin(), sectors_.end(), sector);
        entries_[symbol].sector = static_cast<std::uint16_t>(at - sectors_.begin());
    }
    sectors_.emplace_back(all);
}

SectorMap::Entry SectorMap::of(std::string_view symbol) const {
    const auto found = entries_.find(normalised(symbol));
    return found == entries_.end() ? Entry{static_cast<std::uint16_t>(sectors_.size() - 2), 0}
                                   : found->second;
}

}  // namespace tsflow::market
