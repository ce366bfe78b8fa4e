#include "rows.hpp"

#include <string>
#include <vector>

#include "rankings.hpp"
#include "session/row_columns.hpp"

namespace tsflow::rankings {

using market::RowColumns;
using market::Stamp;

namespace {

/// The newest row of a day replaces those before: the time is no part of the key.
void append_header(std::vector<Field>& fields) {
    fields.push_back({"timestamp", Type::timestamp, false, "", false, true});
    market::append_header(fields);
    market::append_counts(fields);
}

}  // namespace

SchemaPtr ranks_schema() {
    std::vector<Field> fields{market::key_field("universe", Type::symbol),
                              market::key_field("symbol", Type::symbol),
                              market::key_field("trade_date", Type::date)};
    append_header(fields);
    for (const MetricInfo& metric : metrics) {
        fields.push_back(market::nullable_field(std::string{metric.name}, Type::float64,
                                                std::string{metric.unit}));
    }
    fields.push_back(market::plain_field("base_sessions", Type::int64, "count"));
    fields.push_back(market::nullable_field("surge", Type::boolean));
    fields.push_back(market::nullable_field("rank", Type::int64));
    fields.push_back(market::nullable_field("pct_rank", Type::float64, "fraction"));
    fields.push_back(market::nullable_field("rank_delta", Type::int64));
    fields.push_back(market::nullable_field("rs_rating", Type::int64));
    fields.push_back(market::nullable_field("rsi_pct_rank", Type::float64, "fraction"));
    return Schema::make(std::move(fields));
}

SchemaPtr top_schema() {
    std::vector<Field> fields{
        market::key_field("universe", Type::symbol), market::key_field("metric", Type::symbol),
        market::key_field("side", Type::symbol), market::key_field("place", Type::int64),
        market::key_field("trade_date", Type::date)};
    append_header(fields);
    fields.push_back(market::nullable_field("symbol", Type::symbol));
    fields.push_back(market::nullable_field("value", Type::float64));
    fields.push_back(market::nullable_field("rank", Type::int64));
    fields.push_back(market::nullable_field("rank_delta", Type::int64));
    return Schema::make(std::move(fields));
}

void Rankings::add_rows(const Stamp& stamp, std::size_t index) {
    const Universe& universe = universes_[index];
    RowColumns rows(ranks_, slots_.size());
    const auto figure = [&](std::size_t metric) {
        return [this, metric](std::size_t row) { return figures_[slots_[row]][metric]; };
    };
    const auto told = [&](std::size_t row) -> const Standing& {
        return universe.told[slots_[row]];
    };
    const auto when = [](bool known, auto value) {
        return known ? static_cast<double>(value) : market::unknown;
    };
    rows.all(members().universe(index))
        .each([&](std::size_t row) { return members().symbol(slots_[row]); })
        .all(stamp.trade_date)
        .all(stamp.timestamp)
        .header(stamp, index)
        .counts(universe.members, universe.eligible,
                static_cast<std::int64_t>(universe.by.front().ranking.ranked()));
    for (std::size_t metric = 0; metric < metric_count; ++metric) {
        rows.each_known(figure(metric));
    }
    rows.each([&](std::size_t row) {
            return static_cast<std::int64_t>(history_[slots_[row]].volume_sessions());
        })
        .each_known<bool>([&](std::size_t row) {
            const double volume = figures_[slots_[row]][rvol_cum];
            return when(market::known(volume), volume >= config_.surge);
        })
        .each_known<std::int64_t>(
            [&](std::size_t row) { return when(told(row).rank != 0, told(row).rank); })
        .each_known([&](std::size_t row) { return told(row).pct_rank; })
        .each_known<std::int64_t>([&](std::size_t row) {
            return when(told(row).rank != 0 && !told(row).is_new, told(row).rank_delta);
        })
        .each_known<std::int64_t>([&](std::size_t row) {
            return when(told(row).rating != 0, std::int64_t{told(row).rating});
        })
        .each_known([&](std::size_t row) { return told(row).rsi_pct_rank; });
    slots_.clear();
}

void Rankings::add_place(const Stamp& stamp, const Universe& universe, std::size_t index,
                         const Ranked& ranked, bool best, std::size_t at, const Place& place) {
    static const Symbol top = Symbol::intern("top");
    static const Symbol bottom = Symbol::intern("bottom");
    RowColumns row(top_, 1);
    row.all(members().universe(index))
        .all(metrics[ranked.metric].name)
        .all(best ? top : bottom)
        .all(static_cast<std::int64_t>(at + 1))
        .all(stamp.trade_date)
        .all(stamp.timestamp)
        .header(stamp, index)
        .counts(universe.members, universe.eligible,
                static_cast<std::int64_t>(ranked.ranking.ranked()));
    const bool taken = place.rank != 0;
    if (taken) {
        row.all(place.symbol);
    } else {
        row.nulls();
    }
    row.all_known(place.value)
        .all_known<std::int64_t>(taken ? place.rank : market::unknown)
        .all_known<std::int64_t>(taken && !place.is_new ? place.rank_delta : market::unknown);
}

}  // namespace tsflow::rankings
