#pragma once

#include <optional>
#include <string>

#include "tsflow/options.hpp"

namespace tsflow {

/// What may be shown as the option's default; nothing for secrets.
std::optional<OptionValue> shown_default(const OptionInfo& option);
/// A whole sentence or none: `From 1 to 10 rows.`, `At least 0s.`, `In rows.`
std::string range_sentence(const OptionInfo& option);
/// The header of each of a list of tables, with `…` for the node's own: `[[….connections]]`.
std::string tables_header(const OptionInfo& option);
/// The documentation as sentences: meaning, range with unit, choices, example. Values of choices and example
/// stand between two `quote`s.
std::string meaning(const OptionInfo& option, const std::string& quote);

}  // namespace tsflow
