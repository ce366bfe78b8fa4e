#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/diagnostics.hpp"
#include "config/value.hpp"

namespace tsflow {

/// What could be read of a TOML text.
struct TomlDocument {
    Value root;  ///< a table, always
    /// False when so much is broken that nothing can be said about what the text lacks.
    bool readable = true;
};

/// Reads a whole text. Each problem of syntax, and each key or table that is defined twice, goes to
/// `diagnostics`; the statement is left out, the table that lacks it is marked `broken`, and reading
/// goes on behind it.
TomlDocument parse_toml(const std::string& text, Diagnostics& diagnostics);

/// Reads one value, such as `5`, `"text"` or `[1, 2]`, without positions. Nothing when it is none.
std::optional<Value> parse_toml_value(std::string_view text);

}  // namespace tsflow
