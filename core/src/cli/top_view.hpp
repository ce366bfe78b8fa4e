#pragma once

#include <string>

#include "cli/json_status.hpp"

namespace tsflow::cli {

struct TopOrder {
    std::string sort = "plan";  ///< plan, name, rows, busy, lag, latency
    std::string filter;         ///< what names must hold
};

/// The status as aligned tables: a head line, a line a node, a line a queue.
std::string top_text(const Status& status, const TopOrder& order);

}  // namespace tsflow::cli
