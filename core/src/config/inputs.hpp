#pragma once

#include <string>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/pipeline_spec.hpp"
#include "config/value.hpp"

namespace tsflow {

/// Reads the key `inputs`: a list of `node` or `node.port`, or a table of such with names. Whether the
/// nodes exist is checked with the graph.
std::vector<InputSpec> read_inputs(const Value& value, const std::string& path,
                                   Diagnostics& diagnostics);

}  // namespace tsflow
