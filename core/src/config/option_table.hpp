#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/value.hpp"
#include "tsflow/options.hpp"

namespace tsflow {

/// Converts one value to the type of its option, within its range and choices. Nothing when it is
/// wrong, which is then reported, or when it is marked broken, which was.
///
/// The choices of a path are what may stand before one, such as `sqlite:` in a text that is a file or a
/// server's address: the path behind them is made absolute, any other text stays as it is.
std::optional<OptionValue> convert_option(const OptionInfo& option, const Value& value,
                                          const std::string& path,
                                          const std::filesystem::path& base,
                                          Diagnostics& diagnostics);

/// Converts a list of tables, each as `convert_table` does; `option` declares the list.
std::optional<OptionValue> convert_tables(const OptionInfo& option, const Value& value,
                                          const std::string& path,
                                          const std::filesystem::path& base,
                                          Diagnostics& diagnostics);

/// True when a secret is among the options, also inside a list of tables.
bool holds_secret(const std::vector<OptionInfo>& options);
/// Keeps the value, and each value inside it, from being shown with a problem.
void conceal_values(const Value& value, Diagnostics& diagnostics);

/// Converts a whole table: each key, unknown ones, missing ones.
OptionValues convert_table(const std::vector<OptionInfo>& options, const Value& table,
                           const std::string& path, const std::filesystem::path& base,
                           Diagnostics& diagnostics);

/// What was found instead: `the integer 5`, `the string "x"`, `an array`.
std::string found_text(const Value& value);

}  // namespace tsflow
