#include "rows.hpp"

#include <array>
#include <charconv>
#include <iterator>
#include <string>
#include <vector>

#include "sectors.hpp"

namespace tsflow::sectors {

using market::Stamp;

namespace {

Field plain(const char* name, Type type, const char* unit = "") {
    return {name, type, false, unit, false, false};
}

Field nullable(const std::string& name, Type type, const char* unit = "") {
    return {name, type, true, unit, false, false};
}

void add_header(std::vector<Field>& fields) {
    fields.push_back(plain("session", Type::symbol));
    fields.push_back(plain("status", Type::symbol));
    fields.push_back(plain("as_of", Type::timestamp));
    fields.push_back(plain("seq", Type::int64));
    fields.push_back(plain("rev", Type::int64));
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
    Row& known(double value) {
        if (market::known(value)) {
            return put(value);
        }
        return null();
    }
    Row& whole(double value) {
        if (market::known(value)) {
            return put(static_cast<std::int64_t>(value));
        }
        return null();
    }
    Row& null() {
        rows_.push_null(column_++);
        return *this;
    }
    Row& header(const Stamp& stamp, std::size_t universe) {
        static const Symbol regular = Symbol::intern("rth");
        return put(regular)
            .put(market::to_symbol(stamp.status))
            .put(stamp.as_of)
            .put(stamp.sequence)
            .put(stamp.revisions[universe]);
    }

private:
    BatchBuilder& rows_;
    std::size_t column_ = 0;
};

Symbol name_of(market::Quadrant quadrant) {
    static const std::array<Symbol, 5> names{Symbol::intern("none"), Symbol::intern("leading"),
                                             Symbol::intern("weakening"), Symbol::intern("lagging"),
                                             Symbol::intern("improving")};
    return names[static_cast<std::size_t>(quadrant)];
}

void append_number(std::string& text, double value) {
    char digits[32];
    const auto [end, error] = std::to_chars(std::begin(digits), std::end(digits), value);
    text.append(digits, error == std::errc{} ? end : digits);
}

/// `[[x,y],…]`, oldest first.
std::string text_of(const std::vector<market::RotationPoint>& tail) {
    std::string text = "[";
    for (const market::RotationPoint& point : tail) {
        text += text.size() > 1 ? ",[" : "[";
        append_number(text, point.ratio);
        text += ',';
        append_number(text, point.momentum);
        text += ']';
    }
    return text + "]";
}

}  // namespace

SchemaPtr sectors_schema() {
    std::vector<Field> fields{{"universe", Type::symbol, false, "", true, false},
                              {"sector", Type::symbol, false, "", true, false},
                              {"timestamp", Type::timestamp, false, "", true, true},
                              plain("trade_date", Type::date)};
    add_header(fields);
    fields.push_back(plain("n_members", Type::int64, "count"));
    fields.push_back(plain("n_eligible", Type::int64, "count"));
    fields.push_back(plain("n_reporting", Type::int64, "count"));
    fields.push_back(plain("weighting", Type::symbol));
    fields.push_back(nullable("index", Type::float64));
    for (const char* name : {"ret_", "rel_ret_"}) {
        for (const std::size_t sessions : windows) {
            fields.push_back(nullable(name + std::to_string(sessions), Type::float64, "fraction"));
        }
    }
    fields.push_back(nullable("rank", Type::int64));
    fields.push_back(nullable("adv", Type::int64, "count"));
    fields.push_back(nullable("dec", Type::int64, "count"));
    fields.push_back(nullable("unch", Type::int64, "count"));
    fields.push_back(nullable("pct_above_50", Type::float64, "percent"));
    fields.push_back(nullable("up_vol_share", Type::float64, "percent"));
    fields.push_back(nullable("median_ret", Type::float64, "fraction"));
    fields.push_back(nullable("iqr_ret", Type::float64, "fraction"));
    return Schema::make(std::move(fields));
}

SchemaPtr rotation_schema() {
    std::vector<Field> fields{{"universe", Type::symbol, false, "", true, false},
                              {"sector", Type::symbol, false, "", true, false},
                              {"trade_date", Type::date, false, "", true, false},
                              {"timestamp", Type::timestamp, false, "", false, true}};
    add_header(fields);
    fields.push_back(plain("n_members", Type::int64, "count"));
    fields.push_back(plain("n_eligible", Type::int64, "count"));
    fields.push_back(plain("n_reporting", Type::int64, "count"));
    fields.push_back(plain("period", Type::symbol));
    fields.push_back(plain("committed", Type::boolean));
    fields.push_back(nullable("rel_strength_ratio", Type::float64));
    fields.push_back(nullable("rel_strength_momentum", Type::float64));
    fields.push_back(nullable("quadrant", Type::symbol));
    fields.push_back(nullable("confirmed_quadrant", Type::symbol));
    fields.push_back(plain("quadrant_age", Type::int64, "count"));
    fields.push_back(plain("moved", Type::boolean));
    fields.push_back(nullable("distance", Type::float64));
    fields.push_back(nullable("heading_deg", Type::float64));
    fields.push_back(plain("tail", Type::string));
    return Schema::make(std::move(fields));
}

void Sectors::add_sector_row(const Stamp& stamp, std::size_t universe, std::size_t sector,
                             const Figures& figures) {
    Row row(sectors_);
    row.put(members().universe(universe))
        .put(std::string_view{map_->sectors()[sector]})
        .put(stamp.timestamp)
        .put(stamp.trade_date)
        .header(stamp, universe);
    for (const Figure count : {n_members, n_eligible, n_reporting}) {
        row.whole(figures[count]);
    }
    row.put(std::string_view{config_.weighting}).known(figures[Figure::index]);
    for (std::size_t i = first_return; i < rank; ++i) {
        row.known(figures[i]);
    }
    for (const Figure count : {rank, advancing, declining, unchanged}) {
        row.whole(figures[count]);
    }
    for (const Figure value : {pct_above_50, up_vol_share, median_ret, iqr_ret}) {
        row.known(figures[value]);
    }
}

void Sectors::add_rotation_row(const Stamp& stamp, std::size_t universe, std::size_t sector,
                               const RotationFigures& figures) {
    const SectorState& state = universes_[universe].sectors[sector];
    const auto quadrant_in = [&](RotationFigure figure) {
        return static_cast<market::Quadrant>(static_cast<int>(figures[figure]));
    };
    Row row(rotation_);
    row.put(members().universe(universe))
        .put(std::string_view{map_->sectors()[sector]})
        .put(stamp.trade_date)
        .put(stamp.timestamp)
        .header(stamp, universe)
        .put(std::int64_t{state.today.breadth.members()})
        .put(std::int64_t{state.today.breadth.eligible()})
        .put(std::int64_t{state.today.breadth.reporting()})
        .put(std::string_view{config_.period})
        .put(figures[RotationFigure::committed] != 0)
        .known(figures[ratio])
        .known(figures[momentum]);
    for (const RotationFigure figure : {quadrant, confirmed}) {
        if (quadrant_in(figure) == market::Quadrant::none) {
            row.null();
        } else {
            row.put(name_of(quadrant_in(figure)));
        }
    }
    row.put(static_cast<std::int64_t>(figures[age]))
        .put(figures[moved] != 0)
        .known(figures[distance])
        .known(figures[heading])
        .put(std::string_view{text_of(state.rotation.tail())});
}

}  // namespace tsflow::sectors
