#include "aggregate.hpp"

#include <bit>
#include <cmath>
#include <optional>
#include <string>

#include "tsflow/error.hpp"

namespace tsflow::resample {

namespace {

/// The values of one cell over the rows of a window, nulls left out.
class Values {
public:
    Values(const Layout& layout, const Window& window, std::size_t cell)
        : first_(window.row_at(layout, 0)),
          rows_(window.rows(layout)),
          width_(layout.width()),
          word_(layout.first_cell() + cell),
          cell_(cell),
          nullable_(layout.cells[cell].nullable) {}

    std::size_t rows() const noexcept { return rows_; }
    bool null(std::size_t row) const noexcept {
        return nullable_ && is_null(first_ + row * width_, cell_);
    }
    std::uint64_t bits(std::size_t row) const noexcept { return first_[row * width_ + word_]; }
    template <class T>
    T get(std::size_t row) const noexcept {
        return std::bit_cast<T>(bits(row));
    }
    double number(std::size_t row, Type type) const noexcept {
        return type == Type::int64 ? static_cast<double>(get<std::int64_t>(row)) : get<double>(row);
    }

private:
    const std::uint64_t* first_;
    std::size_t rows_, width_, word_, cell_;
    bool nullable_;
};

std::optional<std::uint64_t> edge(const Values& values, bool from_start) {
    for (std::size_t i = 0; i < values.rows(); ++i) {
        const std::size_t row = from_start ? i : values.rows() - 1 - i;
        if (!values.null(row)) {
            return values.bits(row);
        }
    }
    return std::nullopt;
}

bool is_nan(double value) {
    return std::isnan(value);
}
bool is_nan(std::int64_t) {
    return false;
}

/// The least or greatest; a NaN only when there is nothing else.
template <class T>
std::optional<std::uint64_t> extreme(const Values& values, bool greatest) {
    std::optional<T> best;
    for (std::size_t row = 0; row < values.rows(); ++row) {
        if (values.null(row)) {
            continue;
        }
        const T value = values.get<T>(row);
        if (!best || is_nan(*best) || (greatest ? value > *best : value < *best)) {
            best = value;
        }
    }
    return best ? std::optional{std::bit_cast<std::uint64_t>(*best)} : std::nullopt;
}

std::optional<std::uint64_t> real_sum(const Values& values) {
    double sum = 0;
    bool any = false;
    for (std::size_t row = 0; row < values.rows(); ++row) {
        if (!values.null(row)) {
            sum += values.get<double>(row);
            any = true;
        }
    }
    return any ? std::optional{std::bit_cast<std::uint64_t>(sum)} : std::nullopt;
}

std::optional<std::uint64_t> integer_sum(const Values& values, const std::string& column) {
    std::int64_t sum = 0;
    bool any = false;
    for (std::size_t row = 0; row < values.rows(); ++row) {
        if (!values.null(row)) {
            if (__builtin_add_overflow(sum, values.get<std::int64_t>(row), &sum)) {
                throw Error("the sum of '" + column + "' over one window leaves 64 bits");
            }
            any = true;
        }
    }
    return any ? std::optional{static_cast<std::uint64_t>(sum)} : std::nullopt;
}

std::optional<std::uint64_t> mean(const Layout& layout, const Window& window,
                                  const Output& output) {
    const Values values(layout, window, output.cell);
    double sum = 0, weighted = 0, weight = 0;
    std::size_t count = 0;
    for (std::size_t row = 0; row < values.rows(); ++row) {
        if (!values.null(row)) {
            sum += values.number(row, output.type);
            ++count;
        }
    }
    if (count == 0) {
        return std::nullopt;
    }
    if (output.weight != Output::none) {
        const Values weights(layout, window, output.weight);
        for (std::size_t row = 0; row < values.rows(); ++row) {
            if (!values.null(row) && !weights.null(row)) {
                const double w = weights.number(row, layout.cells[output.weight].type);
                weighted += w * values.number(row, output.type);
                weight += w;
            }
        }
    }
    // Without any weight all rows weigh the same.
    const double result = weight != 0 ? weighted / weight : sum / static_cast<double>(count);
    return std::bit_cast<std::uint64_t>(result);
}

std::uint64_t count(const Values& values) {
    std::uint64_t rows = 0;
    for (std::size_t row = 0; row < values.rows(); ++row) {
        rows += values.null(row) ? 0 : 1;
    }
    return rows;
}

/// The bits of an output value of the column's type; nothing when it is null.
std::optional<std::uint64_t> aggregate(const Layout& layout, const Window& window,
                                       const Output& output) {
    const Values values(layout, window, output.cell);
    switch (output.function) {
        case Function::first:
        case Function::last:
            return edge(values, output.function == Function::first);
        case Function::min:
        case Function::max:
            return output.type == Type::float64
                       ? extreme<double>(values, output.function == Function::max)
                       : extreme<std::int64_t>(values, output.function == Function::max);
        case Function::sum:
            return output.type == Type::float64
                       ? real_sum(values)
                       : integer_sum(values, (*layout.output)[static_cast<std::size_t>(
                                                                  &output - layout.outputs.data())]
                                                 .name);
        case Function::mean:
            return mean(layout, window, output);
        default:
            return count(values);
    }
}

void push_bits(BatchBuilder& out, std::size_t column, std::uint64_t bits, const Window& window) {
    switch ((*out.schema())[column].type) {
        case Type::boolean:
            out.push(column, bits != 0);
            break;
        case Type::int64:
            out.push(column, static_cast<std::int64_t>(bits));
            break;
        case Type::float64:
            out.push(column, std::bit_cast<double>(bits));
            break;
        case Type::timestamp:
            out.push(column, Timestamp{Duration{static_cast<std::int64_t>(bits)}});
            break;
        case Type::date:
            out.push(column, Date{Date::duration{static_cast<std::int32_t>(bits)}});
            break;
        case Type::symbol:
            out.push(column, Symbol::from_code(static_cast<std::int32_t>(bits)));
            break;
        case Type::string:
            out.push(column, window.text(bits));
            break;
    }
}

}  // namespace

void append_aggregate(BatchBuilder& out, const Layout& layout, const Group& group,
                      const Window& window) {
    for (std::size_t column = 0; column < layout.outputs.size(); ++column) {
        const Output& output = layout.outputs[column];
        if (output.from == Output::From::key) {
            out.push_from(column, group.key, output.key, 0);
        } else if (output.from == Output::From::start) {
            out.push(column, Timestamp{Duration{window.span().start}});
        } else if (const auto bits = aggregate(layout, window, output)) {
            push_bits(out, column, *bits, window);
        } else {
            out.push_null(column);
        }
    }
}

}  // namespace tsflow::resample
