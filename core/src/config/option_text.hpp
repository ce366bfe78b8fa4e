#pragma once

#include <string>

#include "tsflow/options.hpp"

namespace tsflow {

/// `value` as it is written in a pipeline file: `"250ms"`, `["a", "b"]`, `2016-04-15`.
std::string toml_text(OptionType type, const OptionValue& value);
/// A string in double quotes, with what TOML wants escaped.
std::string toml_string(std::string_view text);
/// A line that sets the option, to be shown as an example: `batch_rows = 1000`. Takes the declared
/// example, else the default, else any value of the type; never a secret's value.
std::string example_line(const OptionInfo& option);
/// One of the option's bounds, in its own unit: `250ms` of a duration, `64MiB` of bytes.
std::string bound_text(OptionType type, double bound);
/// What must be written: `an integer`, `a duration with a unit (…)`.
std::string_view wanted(OptionType type) noexcept;

}  // namespace tsflow
