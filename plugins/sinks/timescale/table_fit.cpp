#include "table_fit.hpp"

namespace tsflow::timescale {

namespace {

constexpr int microsecond_digits = 6;

std::string cast_to_numeric(const std::string& value, const ColumnFacts& column) {
    std::string type = value + "::numeric";
    if (column.precision) {
        type += "(" + std::to_string(*column.precision) + "," + std::to_string(*column.scale) + ")";
    }
    return type;
}

ColumnFit fit_real(const ColumnFacts& column) {
    switch (column.type) {
        case SqlType::double_precision:
            return {true};
        case SqlType::real:
            return {true, "{}::real", Rounding{Rounding::to_single}};
        case SqlType::numeric: {
            // The server's own cast keeps 15 digits; the text has as many as make the value.
            std::optional<Rounding> rounding;
            if (column.scale) {
                rounding = Rounding{Rounding::to_decimals, *column.scale};
            }
            return {true, cast_to_numeric("{}::text", column), rounding};
        }
        case SqlType::bigint:
            return {true, "{}::bigint", Rounding{Rounding::to_decimals, 0}};
        case SqlType::integer:
            return {true, "{}::integer", Rounding{Rounding::to_decimals, 0}};
        case SqlType::smallint:
            return {true, "{}::smallint", Rounding{Rounding::to_decimals, 0}};
        default:
            return {};
    }
}

ColumnFit fit_integer(const ColumnFacts& column) {
    switch (column.type) {
        case SqlType::bigint:
            return {true};
        case SqlType::integer:
            return {true, "{}::integer"};
        case SqlType::smallint:
            return {true, "{}::smallint"};
        case SqlType::numeric:
            return {true, cast_to_numeric("{}", column)};
        case SqlType::double_precision:
            return {true, "{}::double precision", Rounding{Rounding::to_double}};
        case SqlType::real:
            return {true, "{}::real", Rounding{Rounding::to_single}};
        default:
            return {};
    }
}

ColumnFit fit_time(const ColumnFacts& column) {
    std::optional<Rounding> rounding;
    if (column.precision && *column.precision < microsecond_digits) {
        rounding = Rounding{Rounding::to_time_digits, *column.precision};
    }
    switch (column.type) {
        case SqlType::timestamptz:
            return {true, "", rounding};
        case SqlType::timestamp:
            // A plain cast would go by the session's time zone.
            return {true, "({} AT TIME ZONE 'UTC')", rounding};
        default:
            return {};
    }
}

ColumnFit fit_date(const ColumnFacts& column) {
    switch (column.type) {
        case SqlType::date:
            return {true};
        case SqlType::timestamp:
            return {true, "{}::timestamp"};
        case SqlType::timestamptz:
            return {true, "({}::timestamp AT TIME ZONE 'UTC')"};
        default:
            return {};
    }
}

}  // namespace

ColumnFit fit_column(const Field& field, const ColumnFacts& column) {
    switch (field.type) {
        case Type::boolean:
            return {column.type == SqlType::boolean};
        case Type::int64:
            return fit_integer(column);
        case Type::float64:
            return fit_real(column);
        case Type::timestamp:
            return fit_time(column);
        case Type::date:
            return fit_date(column);
        default:
            // No cast, which would cut a text that is too long instead of refusing it.
            return {column.type == SqlType::text || column.type == SqlType::varchar ||
                    column.type == SqlType::character};
    }
}

}  // namespace tsflow::timescale
