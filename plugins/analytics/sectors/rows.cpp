#include "rows.hpp"

#include <array>
#include <charconv>
#include <iterator>
#include <string>
#include <vector>

#include "sectors.hpp"
#include "session/row_columns.hpp"

namespace tsflow::sectors {

using market::RowColumns;
using market::Stamp;

namespace {

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
    std::vector<Field> fields{market::key_field("universe"),
                              market::key_field("sector"),
                              {"timestamp", Type::timestamp, false, "", true, true},
                              market::plain_field("trade_date", Type::date)};
    market::append_header(fields);
    market::append_counts(fields);
    fields.push_back(market::plain_field("weighting", Type::symbol));
    fields.push_back(market::nullable_field("index", Type::float64));
    for (const char* name : {"ret_", "rel_ret_"}) {
        for (const std::size_t sessions : windows) {
            fields.push_back(
                market::nullable_field(name + std::to_string(sessions), Type::float64, "fraction"));
        }
    }
    fields.push_back(market::nullable_field("rank", Type::int64));
    fields.push_back(market::nullable_field("adv", Type::int64, "count"));
    fields.push_back(market::nullable_field("dec", Type::int64, "count"));
    fields.push_back(market::nullable_field("unch", Type::int64, "count"));
    fields.push_back(market::nullable_field("pct_above_50", Type::float64, "percent"));
    fields.push_back(market::nullable_field("up_vol_share", Type::float64, "percent"));
    fields.push_back(market::nullable_field("median_ret", Type::float64, "fraction"));
    fields.push_back(market::nullable_field("iqr_ret", Type::float64, "fraction"));
    return Schema::make(std::move(fields));
}

SchemaPtr rotation_schema() {
    std::vector<Field> fields{market::key_field("universe"),
                              market::key_field("sector"),
                              market::key_field("trade_date", Type::date),
                              {"timestamp", Type::timestamp, false, "", false, true}};
    market::append_header(fields);
    market::append_counts(fields);
    fields.push_back(market::plain_field("period", Type::symbol));
    fields.push_back(market::plain_field("committed", Type::boolean));
    fields.push_back(market::nullable_field("rel_strength_ratio", Type::float64));
    fields.push_back(market::nullable_field("rel_strength_momentum", Type::float64));
    fields.push_back(market::nullable_field("quadrant", Type::symbol));
    fields.push_back(market::nullable_field("confirmed_quadrant", Type::symbol));
    fields.push_back(market::plain_field("quadrant_age", Type::int64, "count"));
    fields.push_back(market::plain_field("moved", Type::boolean));
    fields.push_back(market::nullable_field("distance", Type::float64));
    fields.push_back(market::nullable_field("heading_deg", Type::float64));
    fields.push_back(market::plain_field("tail", Type::string));
    return Schema::make(std::move(fields));
}

void Sectors::add_sector_row(const Stamp& stamp, std::size_t universe, std::size_t sector,
                             const Figures& figures) {
    RowColumns row(sectors_, 1);
    row.all(members().universe(universe))
        .all(std::string_view{map_->sectors()[sector]})
        .all(stamp.timestamp)
        .all(stamp.trade_date)
        .header(stamp, universe);
    for (const Figure count : {n_members, n_eligible, n_reporting}) {
        row.all_known<std::int64_t>(figures[count]);
    }
    row.all(std::string_view{config_.weighting}).all_known(figures[Figure::index]);
    for (std::size_t i = first_return; i < rank; ++i) {
        row.all_known(figures[i]);
    }
    for (const Figure count : {rank, advancing, declining, unchanged}) {
        row.all_known<std::int64_t>(figures[count]);
    }
    for (const Figure value : {pct_above_50, up_vol_share, median_ret, iqr_ret}) {
        row.all_known(figures[value]);
    }
}

void Sectors::add_rotation_row(const Stamp& stamp, std::size_t universe, std::size_t sector,
                               const RotationFigures& figures) {
    const SectorState& state = universes_[universe].sectors[sector];
    const auto quadrant_in = [&](RotationFigure figure) {
        return static_cast<market::Quadrant>(static_cast<int>(figures[figure]));
    };
    RowColumns row(rotation_, 1);
    row.all(members().universe(universe))
        .all(std::string_view{map_->sectors()[sector]})
        .all(stamp.trade_date)
        .all(stamp.timestamp)
        .header(stamp, universe)
        .counts(state.today.breadth.members(), state.today.breadth.eligible(),
                state.today.breadth.reporting())
        .all(std::string_view{config_.period})
        .all(figures[RotationFigure::committed] != 0)
        .all_known(figures[ratio])
        .all_known(figures[momentum]);
    for (const RotationFigure figure : {quadrant, confirmed}) {
        if (quadrant_in(figure) == market::Quadrant::none) {
            row.nulls();
        } else {
            row.all(name_of(quadrant_in(figure)));
        }
    }
    row.all(static_cast<std::int64_t>(figures[age]))
        .all(figures[moved] != 0)
        .all_known(figures[distance])
        .all_known(figures[heading])
        .all(std::string_view{text_of(state.rotation.tail())});
}

}  // namespace tsflow::sectors
