#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "config/pipeline_spec.hpp"

namespace tsflow {

/// Where a problem of a node is shown.
struct Place {
    Position at;
    std::string path;
};

/// The place of option `option` of a node, at byte `offset` inside its string value when given. Empty:
/// the node; `inputs`: the host's key; `connections.1.universe`: inside a list of tables, or of what of
/// that there is. `file` is the text of the pipeline file.
Place place_of(const NodeSpec& spec, std::string_view option, std::optional<std::size_t> offset,
               std::string_view file);

/// The place of byte `offset` of the string `value`, which is written at `at`: counts escapes and
/// lines. For a place in what a variable was filled with it is the place of the variable; when no string
/// is written there, `at`.
Position position_in_string(std::string_view file, Position at, std::string_view value,
                            std::size_t offset);

}  // namespace tsflow
