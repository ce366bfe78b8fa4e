#pragma once

#include <string>
#include <string_view>

#include "config/diagnostics.hpp"
#include "config/pipeline_spec.hpp"
#include "config/value.hpp"

namespace tsflow {

/// Reads the table of one node; `table` must be one. Problems of the host's keys go to `diagnostics`.
NodeSpec read_node(NodeKind kind, const std::string& id, Value table, Diagnostics& diagnostics);

/// `[a-z][a-z0-9_]*`: what ids, named inputs and ports are called.
bool is_lower_snake(std::string_view name) noexcept;

}  // namespace tsflow
