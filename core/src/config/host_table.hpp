#pragma once

#include <filesystem>
#include <string>

#include "config/diagnostics.hpp"
#include "config/option_table.hpp"
#include "config/overrides.hpp"
#include "config/value.hpp"
#include "tsflow/options.hpp"

namespace tsflow {

/// Reads a table of the host's own keys: `keys` holds the defaults and gets what the table sets. All
/// problems are reported, those of checks over several keys included.
template <class Keys>
void read_host_table(const Options<Keys>& options, Keys& keys, const Value& table,
                     const std::string& path, const std::filesystem::path& base,
                     Diagnostics& diagnostics) {
    if (table.table() == nullptr) {
        if (!table.broken) {
            diagnostics.error(table.at, path_of(table, path),
                              "expected a table; found " + found_text(table));
        }
        return;
    }
    OptionProblems problems;
    options.assign(keys, convert_table(options.list(), table, path, base, diagnostics), problems);
    for (const OptionProblem& problem : problems) {
        const Value* culprit = table.find(problem.option);
        const Value& at = culprit != nullptr ? *culprit : table;
        diagnostics.add(problem.warning ? Severity::warning : Severity::error, at.at,
                        path_of(at, path + "." + problem.option), problem.message);
    }
}

}  // namespace tsflow
