#include <nlohmann/json.hpp>

#include "runtime/plan.hpp"
#include "runtime/plan_text.hpp"

namespace tsflow {
namespace {

// Keeps the order of insertion, so that the output reads in the order of the plan.
using Json = nlohmann::ordered_json;

Json json_of(const Schema& schema) {
    Json fields = Json::array();
    for (const Field& field : schema.fields()) {
        fields.push_back({{"name", field.name},
                          {"type", to_string(field.type)},
                          {"nullable", field.nullable},
                          {"unit", field.unit},
                          {"key", field.key},
                          {"event_time", field.event_time}});
    }
    return fields;
}

Json json_of(const Plan& plan, std::size_t index) {
    const PlannedNode& node = plan.nodes[index];
    Json inputs = Json::array();
    for (std::size_t input = 0; input < node.inputs.size(); ++input) {
        inputs.push_back({{"name", node.inputs[input].name},
                          {"from", feeders_of(plan, index, input)},
                          {"schema", json_of(*node.inputs[input].schema)}});
    }
    Json outputs = Json::array();
    for (const Port& port : node.outputs) {
        outputs.push_back({{"name", port.name}, {"schema", json_of(*port.schema)}});
    }
    return {{"path", node.spec.path},      {"kind", to_string(node.spec.kind)},
            {"type", node.spec.type},      {"stage", node.stage},
            {"inputs", std::move(inputs)}, {"outputs", std::move(outputs)}};
}

Json json_of(const Plan& plan, const PlannedStage& stage) {
    const PlannedNode& head = plan.nodes[stage.head];
    Json nodes = Json::array();
    for (const std::size_t node : stage.nodes) {
        nodes.push_back(plan.nodes[node].spec.path);
    }
    Json queue;
    if (head.spec.kind != NodeKind::source) {
        const QueueSpec spec = queue_of(head);
        queue = {{"batches", spec.batches},
                 {"bytes", spec.bytes},
                 {"when_full", to_string(spec.when_full)}};
    }
    return {{"nodes", std::move(nodes)}, {"queue", std::move(queue)}};
}

Json json_of(const Plan& plan, const PathGuarantee& guarantee) {
    Json path = Json::array();
    for (const std::size_t node : guarantee.path) {
        path.push_back(plan.nodes[node].spec.path);
    }
    return {{"path", std::move(path)},
            {"guarantee", to_string(guarantee.guarantee)},
            {"reason", guarantee.reason}};
}

}  // namespace

std::string describe_json(const Plan& plan) {
    const PipelineSpec& pipeline = plan.pipeline;
    Json nodes = Json::array();
    for (std::size_t index = 0; index < plan.nodes.size(); ++index) {
        nodes.push_back(json_of(plan, index));
    }
    Json stages = Json::array();
    for (const PlannedStage& stage : plan.stages) {
        stages.push_back(json_of(plan, stage));
    }
    Json guarantees = Json::array();
    for (const PathGuarantee& guarantee : plan.guarantees) {
        guarantees.push_back(json_of(plan, guarantee));
    }
    const Json all{{"name", pipeline.name},
                   {"file", pipeline.file.string()},
                   {"state_dir", pipeline.state_dir ? Json(pipeline.state_dir->string()) : Json()},
                   {"checkpoint_interval", format_duration(pipeline.checkpoint_interval)},
                   {"nodes", std::move(nodes)},
                   {"stages", std::move(stages)},
                   {"guarantees", std::move(guarantees)}};
    // Paths and units come from outside and need not be UTF-8.
    return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tsflow
