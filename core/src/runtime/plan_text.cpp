#include "runtime/plan_text.hpp"

#include <fmt/format.h>

namespace tsflow {

std::string_view to_string(WhenFull policy) noexcept {
    switch (policy) {
        case WhenFull::block:
            return "block";
        case WhenFull::drop_oldest:
            return "drop_oldest";
        case WhenFull::drop_newest:
            return "drop_newest";
        case WhenFull::spill:
            return "spill";
        default:
            return "conflate";
    }
}

QueueSpec queue_of(const PlannedNode& head) {
    return head.spec.queue.value_or(QueueSpec{});
}

std::string title_of_stage(const Plan& plan, std::size_t stage) {
    const WhenFull policy = queue_of(plan.nodes[plan.stages[stage].head]).when_full;
    return fmt::format("stage {}{}{}", stage + 1, policy == WhenFull::block ? "" : ", ",
                       policy == WhenFull::block ? "" : to_string(policy));
}

std::vector<std::string> feeders_of(const Plan& plan, std::size_t node, std::size_t input) {
    std::vector<std::string> result;
    for (const std::size_t feeder : plan.nodes[node].upstream) {
        const PlannedNode& producer = plan.nodes[feeder];
        for (std::size_t port = 0; port < producer.consumers.size(); ++port) {
            for (const Consumer& consumer : producer.consumers[port]) {
                if (consumer.node == node && consumer.input == input) {
                    result.push_back(producer.outputs.size() == 1
                                         ? producer.spec.id
                                         : producer.spec.id + "." + producer.outputs[port].name);
                }
            }
        }
    }
    return result;
}

std::vector<std::string> lines_of(const Plan& plan, std::size_t node, const DrawnFigures& figures) {
    std::vector<std::string> lines{plan.nodes[node].spec.type};
    if (node < figures.nodes.size() && !figures.nodes[node].empty()) {
        lines.push_back(figures.nodes[node]);
    }
    return lines;
}

std::vector<PlannedEdge> edges_of(const Plan& plan, const DrawnFigures& figures) {
    std::vector<PlannedEdge> result;
    for (std::size_t from = 0; from < plan.nodes.size(); ++from) {
        const PlannedNode& producer = plan.nodes[from];
        for (std::size_t port = 0; port < producer.consumers.size(); ++port) {
            for (const Consumer& to : producer.consumers[port]) {
                const PlannedNode& consumer = plan.nodes[to.node];
                PlannedEdge edge{from, port, to, {}};
                if (producer.outputs.size() > 1) {
                    edge.label = producer.outputs[port].name;
                }
                if (consumer.inputs.size() > 1) {
                    edge.label += edge.label.empty() ? "as " : " as ";
                    edge.label += consumer.inputs[to.input].name;
                }
                const std::size_t index = result.size();
                if (index < figures.edges.size() && !figures.edges[index].empty()) {
                    edge.label += (edge.label.empty() ? "" : ", ") + figures.edges[index];
                }
                result.push_back(std::move(edge));
            }
        }
    }
    return result;
}

}  // namespace tsflow
