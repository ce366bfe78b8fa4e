#pragma once

#include <string>
#include <vector>

#include "table_facts.hpp"
#include "table_options.hpp"
#include "table_rounding.hpp"
#include "target_table.hpp"

namespace tsflow::timescale {

/// Rows on their way to a table.
struct TableRequest {
    std::string name;  ///< TABLE or SCHEMA.TABLE, as the user writes it
    SchemaPtr schema;
    std::vector<MappedColumn> columns;
    /// Of the schema: which of two rows of one key is newer.
    std::optional<std::size_t> version = {};

    /// The name in the table of a field of the schema; null when the table does not get it.
    const std::string* column_of(std::size_t field) const noexcept;
    /// Those of the key, and of the event time, or null.
    std::vector<std::string> key() const;
    const std::string* time() const noexcept;
    bool keyed() const noexcept { return !schema->key().empty(); }
};

/// How rows go to an existing table.
struct TableMatch {
    TargetTable target;
    std::vector<RoundedColumn> rounded;
    /// Why they cannot, each with what to do.
    std::vector<std::string> problems;
    /// How they change: what is rounded.
    std::vector<std::string> warnings;
    std::vector<std::string> notes;
};
TableMatch match_table(const TableRequest& request, const TableFacts& table,
                       const ServerFacts& server);

}  // namespace tsflow::timescale
