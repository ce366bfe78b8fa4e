#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "config/pipeline_spec.hpp"

namespace tsflow {

/// Who feeds whom, by the names in the file alone; the first step of `make_plan`.
struct Graph {
    /// For each node and each entry of its `inputs`: the node that it names. Nothing when the entry is
    /// wrong, which has been reported. Without cycles: an entry that closes one counts as wrong.
    std::vector<std::vector<std::optional<std::size_t>>> feeders;
    /// Node indices, feeders before consumers, in file order where free.
    std::vector<std::size_t> order;
    /// Nodes that some entry names.
    std::vector<bool> wanted;
    /// Nodes that some entry seems to mean but names wrongly, or of which it names an output that they
    /// do not have (found when they are bound).
    std::vector<bool> misnamed;
};

Graph connect(const std::vector<NodeSpec>& nodes, Diagnostics& diagnostics);

}  // namespace tsflow
