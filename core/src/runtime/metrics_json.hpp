#pragma once

#include <string>
#include <string_view>

#include "runtime/metrics.hpp"

namespace tsflow {

std::string json_string(std::string_view text);

/// The members of a JSON object, without its braces, so that more can follow. The names are the same in
/// the summary of a run and in its live status.
std::string json_fields(const NodeMetrics& node);
std::string json_fields(const EdgeMetrics& edge);

}  // namespace tsflow
