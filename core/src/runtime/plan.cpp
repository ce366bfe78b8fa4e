#include "runtime/plan.hpp"

#include <algorithm>
#include <utility>

#include "runtime/bind.hpp"
#include "runtime/fingerprint.hpp"
#include "runtime/graph.hpp"
#include "runtime/guarantee.hpp"
#include "runtime/journals.hpp"
#include "runtime/unconsumed.hpp"

namespace tsflow {
namespace {

/// `graph` with the nodes renumbered to their places in its order.
Graph in_order(const Graph& graph) {
    std::vector<std::size_t> place(graph.order.size());
    for (std::size_t i = 0; i < graph.order.size(); ++i) {
        place[graph.order[i]] = i;
    }
    Graph result;
    for (std::size_t i = 0; i < graph.order.size(); ++i) {
        const std::size_t node = graph.order[i];
        auto& feeders = result.feeders.emplace_back(graph.feeders[node]);
        for (auto& feeder : feeders) {
            feeder = feeder ? std::optional{place[*feeder]} : std::nullopt;
        }
        result.wanted.push_back(graph.wanted[node]);
        result.misnamed.push_back(graph.misnamed[node]);
        result.order.push_back(i);
    }
    return result;
}

/// A transform rides on the stage that feeds it, unless it joins inputs, has a queue of its own, or is
/// fed by several stages: its methods must never run concurrently.
bool starts_stage(const Plan& plan, const PlannedNode& planned) {
    if (planned.spec.kind != NodeKind::transform || planned.inputs.size() > 1 ||
        planned.spec.queue.has_value()) {
        return true;
    }
    const std::size_t stage = plan.nodes[planned.upstream.front()].stage;
    return std::any_of(planned.upstream.begin(), planned.upstream.end(),
                       [&](std::size_t feeder) { return plan.nodes[feeder].stage != stage; });
}

}  // namespace

void cut_into_stages(Plan& plan) {
    std::vector<bool> heads(plan.nodes.size());
    for (std::size_t index = 0; index < plan.nodes.size(); ++index) {
        PlannedNode& planned = plan.nodes[index];
        heads[index] = starts_stage(plan, planned);
        if (heads[index]) {
            planned.stage = plan.stages.size();
            plan.stages.push_back({index, {}});
        } else {
            planned.stage = plan.nodes[planned.upstream.front()].stage;
        }
        plan.stages[planned.stage].nodes.push_back(index);
    }
    for (PlannedNode& planned : plan.nodes) {
        for (auto& port : planned.consumers) {
            for (Consumer& consumer : port) {
                consumer.queued = heads[consumer.node];
            }
        }
    }
}

Plan make_plan(PipelineSpec pipeline, const Registry& registry, Diagnostics& diagnostics) {
    Plan plan;
    plan.pipeline = std::move(pipeline);
    plan.secrets = secrets_of(plan.pipeline, registry);
    plan.fingerprint = fingerprint(plan.pipeline, registry);
    diagnostics.hide(plan.secrets);
    const bool all_inputs_read = !may_hide_inputs(diagnostics);
    const Graph in_file_order = connect(plan.pipeline.nodes, diagnostics);
    plan.nodes.reserve(in_file_order.order.size());
    for (const std::size_t node : in_file_order.order) {
        plan.nodes.emplace_back().spec = plan.pipeline.nodes[node];
    }
    Graph graph = in_order(in_file_order);
    bind_nodes(plan, graph, registry, diagnostics);
    if (all_inputs_read) {
        warn_of_unconsumed(plan, graph, diagnostics);
    }
    set_up_journals(plan, diagnostics);
    if (!diagnostics.has_errors()) {
        cut_into_stages(plan);
        plan.guarantees = guarantees(plan);
    }
    return plan;
}

}  // namespace tsflow
