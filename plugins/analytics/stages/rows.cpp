#include "rows.hpp"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "stages.hpp"

namespace tsflow::stages {

using market::Slot;
using market::Stamp;

namespace {

Field key(const char* name, Type type = Type::symbol) {
    return {name, type, false, "", true, false};
}

Field plain(const char* name, Type type, const char* unit = "") {
    return {name, type, false, unit, false, false};
}

Field nullable(const char* name, Type type, const char* unit = "") {
    return {name, type, true, unit, false, false};
}

void add_header(std::vector<Field>& fields) {
    fields.push_back(key("trade_date", Type::date));
    fields.push_back({"timestamp", Type::timestamp, false, "", false, true});
    fields.push_back(plain("session", Type::symbol));
    fields.push_back(plain("status", Type::symbol));
    fields.push_back(plain("as_of", Type::timestamp));
    fields.push_back(plain("seq", Type::int64));
    fields.push_back(plain("rev", Type::int64));
}

void add_counts(std::vector<Field>& fields) {
    for (const char* name : {"n_members", "n_eligible", "n_reporting"}) {
        fields.push_back(plain(name, Type::int64, "count"));
    }
}

Symbol version() {
    static const Symbol symbol = Symbol::intern(market::StageMachine::version);
    return symbol;
}

/// Appends to one column after the other.
class Row {
public:
    explicit Row(BatchBuilder& rows) : rows_(rows) {}

    template <class T>
    Row& put(const T& value) {
        rows_.push(column_++, value);
        return *this;
    }
    Row& number(double value) { return market::known(value) ? put(value) : null(); }
    Row& whole(double value) {
        return market::known(value) ? put(static_cast<std::int64_t>(value)) : null();
    }
    Row& answer(double value) { return market::known(value) ? put(value != 0) : null(); }
    Row& header(const Stamp& stamp, std::size_t universe) {
        static const Symbol regular = Symbol::intern("rth");
        return put(stamp.trade_date)
            .put(stamp.timestamp)
            .put(regular)
            .put(market::to_symbol(stamp.status))
            .put(stamp.as_of)
            .put(stamp.sequence)
            .put(stamp.revisions[universe]);
    }

private:
    Row& null() {
        rows_.push_null(column_++);
        return *this;
    }
    BatchBuilder& rows_;
    std::size_t column_ = 0;
};

}  // namespace

SchemaPtr stages_schema() {
    std::vector<Field> fields{key("universe"), key("symbol")};
    add_header(fields);
    add_counts(fields);
    fields.push_back(plain("sector", Type::symbol));
    fields.push_back(nullable("last", Type::float64, "USD"));
    fields.push_back(plain("stage", Type::int64));
    fields.push_back(nullable("stage_live", Type::int64));
    fields.push_back(plain("pending", Type::int64));
    fields.push_back(plain("pending_n", Type::int64, "count"));
    fields.push_back(plain("periods_in_stage", Type::int64, "count"));
    fields.push_back(nullable("ma", Type::float64, "USD"));
    fields.push_back(nullable("slope", Type::float64, "fraction"));
    fields.push_back(nullable("dist_ma", Type::float64, "fraction"));
    fields.push_back(nullable("mansfield", Type::float64, "percent"));
    fields.push_back(nullable("vol_ratio", Type::float64));
    for (const char* name : {"rs_ok", "rs_rising", "vol_ok", "near_ma", "c1", "c2", "c3", "c4",
                             "c5", "c6", "c7", "c8"}) {
        fields.push_back(nullable(name, Type::boolean));
    }
    fields.push_back(nullable("n_true", Type::int64, "count"));
    fields.push_back(nullable("n_known", Type::int64, "count"));
    fields.push_back(nullable("pass", Type::boolean));
    fields.push_back(nullable("rs_rating", Type::int64));
    fields.push_back(plain("algo_version", Type::symbol));
    return Schema::make(std::move(fields));
}

SchemaPtr summary_schema() {
    std::vector<Field> fields{key("universe"), key("sector"), key("stage", Type::int64)};
    add_header(fields);
    add_counts(fields);
    fields.push_back(nullable("count", Type::int64, "count"));
    fields.push_back(nullable("pct", Type::float64, "percent"));
    fields.push_back(nullable("count_live", Type::int64, "count"));
    return Schema::make(std::move(fields));
}

SchemaPtr transitions_schema() {
    std::vector<Field> fields{key("universe"), key("symbol")};
    add_header(fields);
    fields.push_back(plain("sector", Type::symbol));
    fields.push_back(plain("from_stage", Type::int64));
    fields.push_back(plain("to_stage", Type::int64));
    fields.push_back(plain("periods_in_from", Type::int64, "count"));
    fields.push_back(nullable("last", Type::float64, "USD"));
    fields.push_back(plain("algo_version", Type::symbol));
    return Schema::make(std::move(fields));
}

void Stages::add_row(const Stamp& stamp, std::size_t index, Slot slot, const Figures& f) {
    const Count& all = universes_[index].counts.back();
    Row row(stages_);
    row.put(members().universe(index))
        .put(members().symbol(slot))
        .header(stamp, index)
        .put(all.members)
        .put(all.eligible)
        .put(all.reporting)
        .put(sector_names_[sector_of(slot)])
        .number(f[last]);
    for (const Figure figure : {stages::stage, stage_live, pending, pending_n, periods_in_stage}) {
        row.whole(f[figure]);
    }
    for (const Figure figure : {ma, slope, dist_ma, mansfield, vol_ratio}) {
        row.number(f[figure]);
    }
    for (std::size_t figure = rs_ok; figure <= c8; ++figure) {
        row.answer(f[figure]);
    }
    row.whole(f[n_true]).whole(f[n_known]).answer(f[pass]).whole(f[rs_rating]).put(version());
}

void Stages::add_summary(const Stamp& stamp, std::size_t index, std::size_t sector,
                         const Count& count) {
    for (std::size_t stage = 0; stage < stage_count; ++stage) {
        const auto here = static_cast<double>(count.stages[stage]);
        const auto live = static_cast<double>(count.live[stage]);
        const bool tells = count.eligible > 0;
        Row row(summary_);
        row.put(members().universe(index))
            .put(sector_names_[sector])
            .put(static_cast<std::int64_t>(stage))
            .header(stamp, index)
            .put(count.members)
            .put(count.eligible)
            .put(count.reporting)
            .whole(tells ? here : market::unknown)
            .number(tells ? 100 * here / static_cast<double>(count.members) : market::unknown)
            .whole(tells ? live : market::unknown);
    }
}

void Stages::add_transition(const Stamp& stamp, std::size_t index, const Changed& change) {
    Row row(transitions_);
    row.put(members().universe(index))
        .put(members().symbol(change.slot))
        .header(stamp, index)
        .put(sector_names_[sector_of(change.slot)])
        .put(static_cast<std::int64_t>(change.transition.from))
        .put(static_cast<std::int64_t>(change.transition.to))
        .put(std::int64_t{change.transition.periods})
        .number(figures_[change.slot][last])
        .put(version());
}

}  // namespace tsflow::stages
