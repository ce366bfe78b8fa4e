#include "table_rounding.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace tsflow::timescale {

namespace {

bool fits_decimals(double value, int digits) {
    if (!std::isfinite(value)) {
        return true;
    }
    // A double stands for the decimal that it is the nearest to, and IEEE 754 division of two whole
    // numbers gives the nearest: so it is the test whether `value` is some whole / 10^digits.
    const double power = std::pow(10.0, std::abs(digits));
    if (digits >= 0) {
        return std::nearbyint(value * power) / power == value;
    }
    return std::nearbyint(value / power) * power == value;
}

template <class T, class Rounded>
std::uint64_t count_if(const Batch& batch, std::size_t field, Rounded&& rounded) {
    const auto values = batch.column<T>(field);  // that of a null is zero, which is never rounded
    return static_cast<std::uint64_t>(std::count_if(values.begin(), values.end(), rounded));
}

std::int64_t unit_of(int digits) {
    std::int64_t unit = 1'000'000'000;
    for (; digits > 0; --digits) {
        unit /= 10;
    }
    return unit;
}

}  // namespace

std::string describe(const Rounding& rounding) {
    switch (rounding.kind) {
        case Rounding::to_decimals:
            return rounding.digits == 0
                       ? "fractions are rounded to whole numbers"
                       : "values are rounded to " + std::to_string(rounding.digits) + " decimals";
        case Rounding::to_single:
            return "values are rounded to about 7 digits";
        case Rounding::to_double:
            return "numbers beyond 2^53 are rounded";
        default:
            return "times are rounded to " + std::to_string(rounding.digits) +
                   " digits of a second";
    }
}

std::uint64_t count_rounded(const Batch& batch, const RoundedColumn& column) {
    const std::size_t field = column.field;
    const int digits = column.rounding.digits;
    const bool is_real = (*batch.schema())[field].type == Type::float64;
    switch (column.rounding.kind) {
        case Rounding::to_decimals:
            return count_if<double>(batch, field,
                                    [&](double v) { return !fits_decimals(v, digits); });
        case Rounding::to_single:
            if (is_real) {
                return count_if<double>(batch, field, [](double v) {
                    return std::isfinite(v) && static_cast<double>(static_cast<float>(v)) != v;
                });
            }
            return count_if<std::int64_t>(batch, field, [](std::int64_t v) {
                return static_cast<long double>(static_cast<float>(v)) !=
                       static_cast<long double>(v);
            });
        case Rounding::to_double:
            return count_if<std::int64_t>(batch, field, [](std::int64_t v) {
                return static_cast<long double>(static_cast<double>(v)) !=
                       static_cast<long double>(v);
            });
        default: {
            const std::int64_t unit = unit_of(digits);
            return count_if<Timestamp>(batch, field, [&](Timestamp v) {
                return v.time_since_epoch().count() % unit != 0;
            });
        }
    }
}

}  // namespace tsflow::timescale
