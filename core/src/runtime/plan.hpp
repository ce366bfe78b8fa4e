#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "config/pipeline_spec.hpp"
#include "log/secrets.hpp"
#include "plugins/registry.hpp"
#include "tsflow/node.hpp"

namespace tsflow {

/// One end of an edge: input `input` (an index into the consumer's bound ports) of node `node`.
struct Consumer {
    std::size_t node = 0;
    std::size_t input = 0;
    /// True: the edge is a queue, because the consumer starts a stage. False: a call.
    bool queued = false;
};

/// One node of the plan: made, bound, and placed in a stage.
struct PlannedNode {
    NodeSpec spec;
    std::unique_ptr<Node> node;  ///< null only when it could not be made (then there are errors)
    Ports inputs;                ///< as bound; one unnamed port `in`, or the named ones
    Ports outputs;               ///< empty for sinks
    std::vector<std::vector<Consumer>> consumers;  ///< per output port
    std::vector<std::size_t> upstream;             ///< nodes that feed it, each once
    std::size_t stage = 0;

    Source* source() const noexcept { return dynamic_cast<Source*>(node.get()); }
    Transform* transform() const noexcept { return dynamic_cast<Transform*>(node.get()); }
    Sink* sink() const noexcept { return dynamic_cast<Sink*>(node.get()); }
};

/// A thread: a source, or an inbox and the node behind it, and the transforms that ride on it.
struct PlannedStage {
    std::size_t head = 0;            ///< the source, sink, join or queued transform that starts it
    std::vector<std::size_t> nodes;  ///< head first, then in topological order
};

enum class Guarantee { effectively_once, at_least_once, at_most_once };
std::string_view to_string(Guarantee guarantee) noexcept;

/// What a row on this path may count on, and the reason for what is weaker than effectively once.
struct PathGuarantee {
    std::vector<std::size_t> path;  ///< node indices, source first, sink last
    Guarantee guarantee = Guarantee::effectively_once;
    std::string reason;
};

/// A pipeline that can be run: the output of every check that needs no outside world.
struct Plan {
    PipelineSpec pipeline;
    std::vector<PlannedNode> nodes;  ///< in topological order, file order where free
    std::vector<PlannedStage> stages;
    std::vector<PathGuarantee> guarantees;
    Secrets secrets;          ///< what no output and no stored record may hold
    std::string fingerprint;  ///< of the configuration, see fingerprint.hpp
};

/// Makes and binds all nodes, checks the graph, cuts it into stages and computes the guarantees.
/// Opens nothing. All problems go to `diagnostics`; the plan can be run only when there are no errors.
/// Implemented in graph.cpp (names, cycles), make.cpp (nodes), bind.cpp (ports, schemas), plan.cpp
/// (stages), guarantee.cpp and unconsumed.cpp (warnings).
Plan make_plan(PipelineSpec pipeline, const Registry& registry, Diagnostics& diagnostics);

/// Puts the nodes, in topological order, into stages and says which edges are queues. `plan.stages` is
/// empty before.
void cut_into_stages(Plan& plan);

/// The plan as text: nodes with type and schema, stages, and the guarantee of each path.
std::string describe(const Plan& plan);
/// The same as one JSON object.
std::string describe_json(const Plan& plan);

enum class GraphFormat { mermaid, dot, svg };
/// What a drawing of a run says beside the plan; empty texts say nothing.
struct DrawnFigures {
    std::vector<std::string> nodes;  ///< by node; or empty
    std::vector<std::string> edges;  ///< by edge, in the order of edges_of(); or empty
};
/// The plan as a drawing: nodes by kind, edges with their port, stages as frames.
std::string draw(const Plan& plan, GraphFormat format, const DrawnFigures& figures = {});

}  // namespace tsflow
