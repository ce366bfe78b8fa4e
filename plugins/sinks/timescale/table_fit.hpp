#pragma once

#include <optional>
#include <string>

#include "table_facts.hpp"
#include "table_rounding.hpp"
#include "tsflow/schema.hpp"

namespace tsflow::timescale {

/// How values of a field go into a column.
struct ColumnFit {
    bool fits = false;
    /// As in TargetColumn: what the server makes of a value; empty: it takes it as it is.
    std::string expression = {};
    std::optional<Rounding> rounding = {};
};
ColumnFit fit_column(const Field& field, const ColumnFacts& column);

}  // namespace tsflow::timescale
