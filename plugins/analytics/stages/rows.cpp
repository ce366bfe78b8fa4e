#include "rows.hpp"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "session/row_columns.hpp"
#include "stages.hpp"

namespace tsflow::stages {

using market::RowColumns;
using market::Stamp;

namespace {

Symbol version() {
    static const Symbol symbol = Symbol::intern(market::StageMachine::version);
    return symbol;
}

}  // namespace

SchemaPtr stages_schema() {
    std::vector<Field> fields{market::key_field("universe"), market::key_field("symbol")};
    fields.push_back(market::key_field("trade_date", Type::date));
    fields.push_back({"timestamp", Type::timestamp, false, "", false, true});
    market::append_header(fields);
    market::append_counts(fields);
    fields.push_back(market::plain_field("sector", Type::symbol));
    fields.push_back(market::nullable_field("last", Type::float64, "USD"));
    fields.push_back(market::plain_field("stage", Type::int64));
    fields.push_back(market::nullable_field("stage_live", Type::int64));
    fields.push_back(market::plain_field("pending", Type::int64));
    fields.push_back(market::plain_field("pending_n", Type::int64, "count"));
    fields.push_back(market::plain_field("periods_in_stage", Type::int64, "count"));
    fields.push_back(market::nullable_field("ma", Type::float64, "USD"));
    fields.push_back(market::nullable_field("slope", Type::float64, "fraction"));
    fields.push_back(market::nullable_field("dist_ma", Type::float64, "fraction"));
    fields.push_back(market::nullable_field("mansfield", Type::float64, "percent"));
    fields.push_back(market::nullable_field("vol_ratio", Type::float64));
    for (const char* name : {"rs_ok", "rs_rising", "vol_ok", "near_ma", "c1", "c2", "c3", "c4",
                             "c5", "c6", "c7", "c8"}) {
        fields.push_back(market::nullable_field(name, Type::boolean));
    }
    fields.push_back(market::nullable_field("n_true", Type::int64, "count"));
    fields.push_back(market::nullable_field("n_known", Type::int64, "count"));
    fields.push_back(market::nullable_field("pass", Type::boolean));
    fields.push_back(market::nullable_field("rs_rating", Type::int64));
    fields.push_back(market::plain_field("algo_version", Type::symbol));
    return Schema::make(std::move(fields));
}

SchemaPtr summary_schema() {
    std::vector<Field> fields{market::key_field("universe"), market::key_field("sector"),
                              market::key_field("stage", Type::int64)};
    fields.push_back(market::key_field("trade_date", Type::date));
    fields.push_back({"timestamp", Type::timestamp, false, "", false, true});
    market::append_header(fields);
    market::append_counts(fields);
    fields.push_back(market::nullable_field("count", Type::int64, "count"));
    fields.push_back(market::nullable_field("pct", Type::float64, "percent"));
    fields.push_back(market::nullable_field("count_live", Type::int64, "count"));
    return Schema::make(std::move(fields));
}

SchemaPtr transitions_schema() {
    std::vector<Field> fields{market::key_field("universe"), market::key_field("symbol")};
    fields.push_back(market::key_field("trade_date", Type::date));
    fields.push_back({"timestamp", Type::timestamp, false, "", false, true});
    market::append_header(fields);
    fields.push_back(market::plain_field("sector", Type::symbol));
    fields.push_back(market::plain_field("from_stage", Type::int64));
    fields.push_back(market::plain_field("to_stage", Type::int64));
    fields.push_back(market::plain_field("periods_in_from", Type::int64, "count"));
    fields.push_back(market::nullable_field("last", Type::float64, "USD"));
    fields.push_back(market::plain_field("algo_version", Type::symbol));
    return Schema::make(std::move(fields));
}

void Stages::add_rows(const Stamp& stamp, std::size_t index) {
    const Count& all = universes_[index].counts.back();
    RowColumns rows(stages_, slots_.size());
    rows.all(members().universe(index))
        .each([&](std::size_t row) { return members().symbol(slots_[row]); })
        .all(stamp.trade_date)
        .all(stamp.timestamp)
        .header(stamp, index)
        .counts(all.members, all.eligible, all.reporting)
        .each([&](std::size_t row) { return sector_names_[sector_of(slots_[row])]; });
    const auto of = [&](std::size_t figure) {
        return [this, figure](std::size_t row) { return rated_[row][figure]; };
    };
    rows.each_known(of(last));
    for (const Figure figure : {stages::stage, stage_live, pending, pending_n, periods_in_stage}) {
        rows.each_known<std::int64_t>(of(figure));
    }
    for (const Figure figure : {ma, slope, dist_ma, mansfield, vol_ratio}) {
        rows.each_known(of(figure));
    }
    for (std::size_t figure = rs_ok; figure <= c8; ++figure) {
        rows.each_known<bool>(of(figure));
    }
    rows.each_known<std::int64_t>(of(n_true))
        .each_known<std::int64_t>(of(n_known))
        .each_known<bool>(of(pass))
        .each_known<std::int64_t>(of(rs_rating))
        .all(version());
    slots_.clear();
    rated_.clear();
}

void Stages::add_summary(const Stamp& stamp, std::size_t index, std::size_t sector,
                         const Count& count) {
    for (std::size_t stage = 0; stage < stage_count; ++stage) {
        const auto here = static_cast<double>(count.stages[stage]);
        const auto live = static_cast<double>(count.live[stage]);
        const bool tells = count.eligible > 0;
        RowColumns(summary_, 1)
            .all(members().universe(index))
            .all(sector_names_[sector])
            .all(static_cast<std::int64_t>(stage))
            .all(stamp.trade_date)
            .all(stamp.timestamp)
            .header(stamp, index)
            .counts(count.members, count.eligible, count.reporting)
            .all_known<std::int64_t>(tells ? here : market::unknown)
            .all_known(tells ? 100 * here / static_cast<double>(count.members) : market::unknown)
            .all_known<std::int64_t>(tells ? live : market::unknown);
    }
}

void Stages::add_transition(const Stamp& stamp, std::size_t index, const Changed& change) {
    RowColumns(transitions_, 1)
        .all(members().universe(index))
        .all(members().symbol(change.slot))
        .all(stamp.trade_date)
        .all(stamp.timestamp)
        .header(stamp, index)
        .all(sector_names_[sector_of(change.slot)])
        .all(static_cast<std::int64_t>(change.transition.from))
        .all(static_cast<std::int64_t>(change.transition.to))
        .all(std::int64_t{change.transition.periods})
        .all_known(figures_[change.slot][last])
        .all(version());
}

}  // namespace tsflow::stages
