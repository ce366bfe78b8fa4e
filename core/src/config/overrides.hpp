#pragma once

#include <string>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/pipeline_spec.hpp"
#include "config/value.hpp"

namespace tsflow {

/// Sets values below `root` as `--set` asks, the later the stronger; tables on the way are created.
/// What it sets has no position.
void apply_overrides(Value& root, const std::vector<Override>& overrides, Diagnostics& diagnostics);

/// `path` as problems of `value` name it: behind `--set` when it came from there.
std::string path_of(const Value& value, const std::string& path);

}  // namespace tsflow
