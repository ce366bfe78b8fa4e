#pragma once

#include <string>

#include "runtime/run.hpp"

namespace tsflow::cli {

/// What a run did, as an aligned table: a line a node, lines for edges that dropped or waited.
std::string summary_text(const RunResult& result);
/// The same as one JSON object on one line, for logs.
std::string summary_json(const RunResult& result);

}  // namespace tsflow::cli
