#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan.hpp"

namespace tsflow {

/// Words that the plan as text, as JSON and as a drawing have in common.

/// `block`, `drop_oldest`, `drop_newest`, `conflate`, `spill`, as in the file.
std::string_view to_string(WhenFull policy) noexcept;

/// How the queue in front of a stage is bounded: `queue` of its head, or the default.
QueueSpec queue_of(const PlannedNode& head);

/// `stage 3`, with the policy of its queue unless it blocks: `stage 3, conflate`.
std::string title_of_stage(const Plan& plan, std::size_t stage);

/// The feeders of input `input` of a node as a pipeline file names them: `prices`, `feed.minute`.
std::vector<std::string> feeders_of(const Plan& plan, std::size_t node, std::size_t input);

/// One connection of the graph.
struct PlannedEdge {
    std::size_t from = 0;
    std::size_t port = 0;
    Consumer to;
    /// What is worth showing: the port when the producer has several, the input when the consumer has
    /// several: `minute as bars`.
    std::string label;
};
/// In the order of producers and their ports. The label ends with what `figures` say of the edge.
std::vector<PlannedEdge> edges_of(const Plan& plan, const DrawnFigures& figures = {});
/// The type of a node, and what `figures` say of it, one a line.
std::vector<std::string> lines_of(const Plan& plan, std::size_t node, const DrawnFigures& figures);

}  // namespace tsflow
