#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "config/option_units.hpp"
#include "runtime/plan.hpp"
#include "runtime/plan_text.hpp"

namespace tsflow {
namespace {

constexpr std::size_t page_width = 100;

/// Appends `parts`, separated by blanks, in lines of at most the page's width that begin at `indent`;
/// the first line goes on where `out` stands.
void wrap(std::string& out, const std::vector<std::string>& parts, std::size_t indent) {
    const std::size_t line_start = out.rfind('\n') + 1;
    std::size_t column = out.size() - line_start;
    bool first = true;
    for (const std::string& part : parts) {
        if (!first && column + 1 + part.size() > page_width) {
            out += fmt::format("\n{:{}}", "", indent);
            column = indent;
        } else if (!first) {
            out += ' ';
            ++column;
        }
        out += part;
        column += part.size();
        first = false;
    }
    out += '\n';
}

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> result;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t end = std::min(text.find(' ', start), text.size());
        result.emplace_back(text.substr(start, end - start));
        start = end + 1;
    }
    return result;
}

/// One line a field: name, type, unit, roles, in columns.
std::string table_of(const Schema& schema) {
    const auto type_of = [](const Field& field) {
        return std::string{to_string(field.type)} + (field.nullable ? "?" : "");
    };
    std::size_t name_width = 0;
    std::size_t type_width = 0;
    std::size_t unit_width = 0;
    for (const Field& field : schema.fields()) {
        name_width = std::max(name_width, field.name.size());
        type_width = std::max(type_width, type_of(field).size());
        unit_width = std::max(unit_width, field.unit.size());
    }
    std::string out;
    for (const Field& field : schema.fields()) {
        const std::string_view roles = field.key && field.event_time ? "key, event time"
                                       : field.key                   ? "key"
                                       : field.event_time            ? "event time"
                                                                     : "";
        std::string line = fmt::format("      {:{}}  {:{}}  {:{}}  {}", field.name, name_width,
                                       type_of(field), type_width, field.unit, unit_width, roles);
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }
    return out;
}

void describe_pipeline(std::string& out, const Plan& plan) {
    const PipelineSpec& pipeline = plan.pipeline;
    out += fmt::format("Pipeline {}: {} node{} in {} stage{}\n", pipeline.name, plan.nodes.size(),
                       plan.nodes.size() == 1 ? "" : "s", plan.stages.size(),
                       plan.stages.size() == 1 ? "" : "s");
    if (pipeline.state_dir) {
        out += fmt::format("  State in {}, a checkpoint every {}\n", pipeline.state_dir->string(),
                           format_duration(pipeline.checkpoint_interval));
    } else {
        out += "  No state_dir: nothing is kept between runs\n";
    }
}

/// ` from prices` or, for a join, `, bars from prices.minute, daily from history`.
std::string inputs_of(const Plan& plan, std::size_t index) {
    const PlannedNode& node = plan.nodes[index];
    std::string out;
    for (std::size_t input = 0; input < node.inputs.size(); ++input) {
        if (node.inputs.size() > 1) {
            out += ", " + node.inputs[input].name;
        }
        out += fmt::format(" from {}", fmt::join(feeders_of(plan, index, input), " and "));
    }
    return out;
}

/// What has the same schema as this output and was shown before it; empty when there is none.
std::string shown_before(const PlannedNode& node, std::size_t port) {
    const SchemaPtr& schema = node.outputs[port].schema;
    for (const Port& input : node.inputs) {
        if (same(input.schema, schema)) {
            return node.inputs.size() == 1 ? "as it came in" : "as input " + input.name;
        }
    }
    for (std::size_t i = 0; i < port; ++i) {
        if (same(node.outputs[i].schema, schema)) {
            return "as " + node.outputs[i].name;
        }
    }
    return {};
}

void describe_nodes(std::string& out, const Plan& plan) {
    out += "\nNodes\n";
    for (std::size_t index = 0; index < plan.nodes.size(); ++index) {
        const PlannedNode& node = plan.nodes[index];
        out += fmt::format("  {}: {}{}\n", node.spec.path, node.spec.type, inputs_of(plan, index));
        for (std::size_t port = 0; port < node.outputs.size(); ++port) {
            const std::string before = shown_before(node, port);
            out += fmt::format("    {}{}{}\n", node.outputs[port].name, before.empty() ? "" : ": ",
                               before);
            if (before.empty()) {
                out += table_of(*node.outputs[port].schema);
            }
        }
    }
}

void describe_stages(std::string& out, const Plan& plan) {
    out += "\nStages, each a thread\n";
    for (std::size_t index = 0; index < plan.stages.size(); ++index) {
        const PlannedStage& stage = plan.stages[index];
        const PlannedNode& head = plan.nodes[stage.head];
        std::vector<std::string> paths;
        for (const std::size_t node : stage.nodes) {
            paths.push_back(plan.nodes[node].spec.path);
        }
        out += fmt::format("  {}. ", index + 1);
        wrap(out, words(fmt::format("{}", fmt::join(paths, ", "))), 5);
        if (head.spec.kind != NodeKind::source) {
            const QueueSpec queue = queue_of(head);
            out += fmt::format("     queue: {} batches or {}, when full: {}\n", queue.batches,
                               format_bytes(static_cast<std::int64_t>(queue.bytes)),
                               to_string(queue.when_full));
        }
    }
}

void describe_guarantees(std::string& out, const Plan& plan) {
    if (plan.guarantees.empty()) {
        return;
    }
    out += "\nDelivery\n";
    for (const PathGuarantee& path : plan.guarantees) {
        std::vector<std::string> ids;
        for (const std::size_t node : path.path) {
            ids.push_back(plan.nodes[node].spec.id);
        }
        out += "  ";
        wrap(out, words(fmt::format("{}: {}", fmt::join(ids, " -> "), to_string(path.guarantee))),
             4);
        out += "    ";
        wrap(out, words(path.reason), 4);
    }
}

}  // namespace

std::string describe(const Plan& plan) {
    std::string out;
    describe_pipeline(out, plan);
    describe_nodes(out, plan);
    describe_stages(out, plan);
    describe_guarantees(out, plan);
    return out;
}

}  // namespace tsflow
