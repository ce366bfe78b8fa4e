#include "rows.hpp"

#include <string>
#include <vector>

#include "rankings.hpp"

namespace tsflow::rankings {

using market::Slot;
using market::Stamp;

namespace {

Field key(const char* name, Type type, const char* unit = "") {
    return {name, type, false, unit, true, false};
}

Field plain(const std::string& name, Type type, const char* unit = "") {
    return {name, type, false, unit, false, false};
}

Field nullable(const std::string& name, Type type, const std::string& unit = "") {
    return {name, type, true, unit, false, false};
}

void add_header(std::vector<Field>& fields) {
    // The newest row of a day replaces those before: the time is no part of the key.
    fields.push_back({"timestamp", Type::timestamp, false, "", false, true});
    fields.push_back(plain("session", Type::symbol));
    fields.push_back(plain("status", Type::symbol));
    fields.push_back(plain("as_of", Type::timestamp));
    fields.push_back(plain("seq", Type::int64));
    fields.push_back(plain("rev", Type::int64));
    fields.push_back(plain("n_members", Type::int64, "count"));
    fields.push_back(plain("n_eligible", Type::int64, "count"));
    fields.push_back(plain("n_reporting", Type::int64, "count"));
}

struct Counts {
    std::int64_t members, eligible, reporting;
};

void push_header(BatchBuilder& rows, std::size_t first, const Stamp& stamp, std::size_t universe,
                 const Counts& counts) {
    static const Symbol regular = Symbol::intern("rth");
    rows.push(first + header::timestamp, stamp.timestamp);
    rows.push(first + header::session, regular);
    rows.push(first + header::status, market::to_symbol(stamp.status));
    rows.push(first + header::as_of, stamp.as_of);
    rows.push(first + header::seq, stamp.sequence);
    rows.push(first + header::rev, stamp.revisions[universe]);
    rows.push(first + header::n_members, counts.members);
    rows.push(first + header::n_eligible, counts.eligible);
    rows.push(first + header::n_reporting, counts.reporting);
}

void push_known(BatchBuilder& rows, std::size_t column, double value) {
    if (market::known(value)) {
        rows.push(column, value);
    } else {
        rows.push_null(column);
    }
}

void push_if(BatchBuilder& rows, std::size_t column, bool known, std::int64_t value) {
    if (known) {
        rows.push(column, value);
    } else {
        rows.push_null(column);
    }
}

}  // namespace

SchemaPtr ranks_schema() {
    std::vector<Field> fields{key("universe", Type::symbol), key("symbol", Type::symbol),
                              key("trade_date", Type::date)};
    add_header(fields);
    for (const MetricInfo& metric : metrics) {
        fields.push_back(
            nullable(std::string{metric.name}, Type::float64, std::string{metric.unit}));
    }
    fields.push_back(plain("base_sessions", Type::int64, "count"));
    fields.push_back(nullable("surge", Type::boolean));
    fields.push_back(nullable("rank", Type::int64));
    fields.push_back(nullable("pct_rank", Type::float64, "fraction"));
    fields.push_back(nullable("rank_delta", Type::int64));
    fields.push_back(nullable("rs_rating", Type::int64));
    fields.push_back(nullable("rsi_pct_rank", Type::float64, "fraction"));
    return Schema::make(std::move(fields));
}

SchemaPtr top_schema() {
    std::vector<Field> fields{key("universe", Type::symbol), key("metric", Type::symbol),
                              key("side", Type::symbol), key("place", Type::int64),
                              key("trade_date", Type::date)};
    add_header(fields);
    fields.push_back(nullable("symbol", Type::symbol));
    fields.push_back(nullable("value", Type::float64));
    fields.push_back(nullable("rank", Type::int64));
    fields.push_back(nullable("rank_delta", Type::int64));
    return Schema::make(std::move(fields));
}

void Rankings::add_row(const Stamp& stamp, const Universe& universe, std::size_t index, Slot slot,
                       const Standing& standing) {
    using namespace ranks_column;
    const Figures& figures = figures_[slot];
    ranks_.push(ranks_column::universe, members().universe(index));
    ranks_.push(symbol, members().symbol(slot));
    ranks_.push(trade_date, stamp.trade_date);
    push_header(ranks_, first_header, stamp, index,
                {universe.members, universe.eligible,
                 static_cast<std::int64_t>(universe.by.front().ranking.ranked())});
    for (std::size_t metric = 0; metric < metric_count; ++metric) {
        push_known(ranks_, first_metric + metric, figures[metric]);
    }
    ranks_.push(base_sessions, static_cast<std::int64_t>(history_[slot].volume_sessions()));
    if (market::known(figures[rvol_cum])) {
        ranks_.push(surge, figures[rvol_cum] >= config_.surge);
    } else {
        ranks_.push_null(surge);
    }
    const bool ranked = standing.rank != 0;
    push_if(ranks_, rank, ranked, standing.rank);
    push_known(ranks_, pct_rank, standing.pct_rank);
    push_if(ranks_, rank_delta, ranked && !standing.is_new, standing.rank_delta);
    push_if(ranks_, rs_rating, standing.rating != 0, standing.rating);
    push_known(ranks_, rsi_pct_rank, standing.rsi_pct_rank);
}

void Rankings::add_place(const Stamp& stamp, const Universe& universe, std::size_t index,
                         const Ranked& ranked, bool best, std::size_t at, const Place& place) {
    using namespace top_column;
    static const Symbol top = Symbol::intern("top");
    static const Symbol bottom = Symbol::intern("bottom");
    top_.push(top_column::universe, members().universe(index));
    top_.push(metric, metrics[ranked.metric].name);
    top_.push(side, best ? top : bottom);
    top_.push(top_column::place, static_cast<std::int64_t>(at + 1));
    top_.push(trade_date, stamp.trade_date);
    push_header(
        top_, first_header, stamp, index,
        {universe.members, universe.eligible, static_cast<std::int64_t>(ranked.ranking.ranked())});
    const bool taken = place.rank != 0;
    if (taken) {
        top_.push(symbol, place.symbol);
    } else {
        top_.push_null(symbol);
    }
    push_known(top_, value, place.value);
    push_if(top_, rank, taken, place.rank);
    push_if(top_, rank_delta, taken && !place.is_new, place.rank_delta);
}

}  // namespace tsflow::rankings
