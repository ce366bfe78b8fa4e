#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.hpp"

namespace tsflow {

/// One statement of a TOML text: a table header, or a key with its value.
struct TomlStatement {
    enum class Kind { header, array_header, entry };
    Kind kind = Kind::entry;
    Position at;
    int last_line = 0;
    std::vector<std::string> table;  ///< of an entry: the table it stands in
    std::vector<std::string> key;    ///< as written, as far as it can be read; quotes are taken off
    bool complete = false;  ///< of a header: nothing but brackets and a comment behind the key
    /// Where the bracket or multi-line quote stands that has no end; then `last_line` is a guess.
    Position unclosed;
    std::string missing;  ///< what would close it
    int dots = 0;         ///< at most in one key, keys of inline tables included

    std::vector<std::string> path() const;
};

/// Splits a text, which may be broken, at the places where a reader would see statements begin. It
/// judges nothing: it tells which lines belong together, for errors that the TOML parser has found.
std::vector<TomlStatement> split_statements(std::string_view text);

}  // namespace tsflow
