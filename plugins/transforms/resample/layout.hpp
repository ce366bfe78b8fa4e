#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rule.hpp"
#include "tsflow/schema.hpp"

namespace tsflow::resample {

/// A column of the input that windows keep, and its place in their rows.
struct Cell {
    std::size_t column = 0;
    Type type = Type::float64;
    bool nullable = false;
};

/// How one column of the output comes about.
struct Output {
    enum class From : std::uint8_t { key, start, cells };
    From from = From::cells;
    std::size_t key = 0;  ///< index in the group's key
    Function function = Function::first;
    Type type = Type::float64;  ///< of the input column
    std::size_t cell = 0;
    std::size_t weight = none;
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
};

/// What follows from the input's schema and the rules: which columns make a group, which are kept, and
/// what comes out.
///
/// A window keeps each of its rows as 64-bit words:
///
///     | event time | null bits of the cells, one word per 64 | cell | cell | … |
///
/// A cell holds a number's bits, a symbol's code, or the index of a string in the window's texts.
struct Layout {
    /// Throws ConfigError for an input without key or event time, rules that do not fit, and columns
    /// without a rule.
    Layout(const SchemaPtr& input, const std::vector<Rule>& rules);

    std::size_t null_words() const noexcept { return (cells.size() + 63) / 64; }
    std::size_t first_cell() const noexcept { return 1 + null_words(); }
    /// Words a row.
    std::size_t width() const noexcept { return first_cell() + cells.size(); }

    std::size_t event_time = 0;
    std::vector<std::size_t> group_columns;
    SchemaPtr group;  ///< of those columns alone
    SchemaPtr output;
    std::string kept;  ///< the kept columns in words: saved rows of other ones are of no use
    std::vector<Cell> cells;
    std::vector<Output> outputs;

private:
    Field add_cells(const Schema& input, std::size_t column, const Rule& rule);
    std::size_t cell_of(const Schema& input, std::size_t column);
};

}  // namespace tsflow::resample
