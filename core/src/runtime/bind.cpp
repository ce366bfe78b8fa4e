#include "runtime/bind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "config/node_spec.hpp"
#include "runtime/make.hpp"

namespace tsflow {
namespace {

std::optional<std::size_t> find(const Ports& ports, const std::string& name) {
    for (std::size_t i = 0; i < ports.size(); ++i) {
        if (ports[i].name == name) {
            return i;
        }
    }
    return std::nullopt;
}

std::vector<std::string> names(const Ports& ports) {
    std::vector<std::string> result;
    for (const Port& port : ports) {
        result.push_back(port.name);
    }
    return result;
}

/// As the file names it: `prices`, `prices.minute`.
std::string named(const InputSpec& input) {
    return input.port.empty() ? input.node : input.node + "." + input.port;
}

class Binder {
public:
    Binder(Plan& plan, Graph& graph, Diagnostics& diagnostics)
        : plan_(plan), graph_(graph), diagnostics_(diagnostics) {}

    /// Finds the ports and schemas of all inputs; false when one is wrong or its feeder not bound.
    bool gather(std::size_t index) {
        PlannedNode& planned = plan_.nodes[index];
        const NodeSpec& spec = planned.spec;
        bool complete = !spec.inputs.empty();
        std::set<std::pair<std::size_t, std::string>> taken;
        std::vector<const InputSpec*> first_of;  // the entry that opened each input port
        for (std::size_t i = 0; i < spec.inputs.size(); ++i) {
            const std::optional<std::size_t> feeder = graph_.feeders[index][i];
            const InputSpec& input = spec.inputs[i];
            if (!feeder) {
                complete = false;
                continue;
            }
            if (std::find(planned.upstream.begin(), planned.upstream.end(), *feeder) ==
                planned.upstream.end()) {
                planned.upstream.push_back(*feeder);
            }
            PlannedNode& producer = plan_.nodes[*feeder];
            if (producer.outputs.empty()) {
                complete = false;
                continue;
            }
            const std::optional<std::size_t> port = output_port(spec, input, *feeder);
            if (!port) {
                complete = false;
                continue;
            }
            const Port& output = producer.outputs[*port];
            if (!taken.emplace(*feeder, input.name + "=" + output.name).second) {
                error(spec, input,
                      fmt::format("'{}' is listed twice, so that each row would arrive twice",
                                  named(input)));
                complete = false;
                continue;
            }
            const std::string name = input.name.empty() ? "in" : input.name;
            const std::size_t to = find(planned.inputs, name).value_or(planned.inputs.size());
            if (to == planned.inputs.size()) {
                planned.inputs.push_back({name, output.schema});
                first_of.push_back(&input);
            } else if (!same(output.schema, planned.inputs[to].schema)) {
                error(spec, input,
                      fmt::format("the rows of '{}' do not fit those of '{}': {}", named(input),
                                  named(*first_of[to]),
                                  difference(*output.schema, *planned.inputs[to].schema)));
                complete = false;
            }
            producer.consumers[*port].push_back({index, to, false});
        }
        return complete;
    }

    void check_queue(const PlannedNode& planned) {
        if (!planned.spec.queue || planned.spec.queue->when_full != WhenFull::conflate) {
            return;
        }
        for (const Port& input : planned.inputs) {
            if (input.schema->key().empty()) {
                diagnostics_.error(
                    planned.spec.queue->at, planned.spec.path + ".queue.when_full",
                    fmt::format(
                        "\"conflate\" keeps the latest row of each key, but the rows of {} "
                        "have no key; use \"drop_oldest\" or \"block\"",
                        planned.inputs.size() == 1 ? "this input" : "input '" + input.name + "'"));
            }
        }
    }

    void bind(std::size_t index, bool inputs_complete) {
        PlannedNode& planned = plan_.nodes[index];
        if (planned.node == nullptr ||
            (planned.spec.kind != NodeKind::source && !inputs_complete)) {
            return;
        }
        try {
            if (const Source* source = planned.source(); source != nullptr) {
                planned.outputs = source->outputs();
            } else if (Transform* transform = planned.transform(); transform != nullptr) {
                planned.outputs = transform->bind(planned.inputs);
            } else {
                planned.sink()->bind(planned.inputs);
                return;
            }
        } catch (const std::exception& thrown) {
            report(planned.spec, thrown, diagnostics_);
            return;
        }
        if (!outputs_are_sound(planned)) {
            planned.outputs.clear();
        }
        planned.consumers.resize(planned.outputs.size());
    }

private:
    void error(const NodeSpec& spec, const InputSpec& input, std::string message) {
        diagnostics_.error(input.at, spec.path + ".inputs", std::move(message));
    }

    std::optional<std::size_t> output_port(const NodeSpec& spec, const InputSpec& input,
                                           std::size_t feeder) {
        const PlannedNode& producer = plan_.nodes[feeder];
        if (input.port.empty()) {
            return 0;
        }
        const std::optional<std::size_t> found = find(producer.outputs, input.port);
        if (found) {
            return found;
        }
        graph_.misnamed[feeder] = true;
        const std::vector<std::string> known = names(producer.outputs);
        std::string meant = nearest(input.port, known);
        std::string message = fmt::format("'{}' has no output '{}'", input.node, input.port);
        if (known.size() == 1) {
            message += fmt::format("; its only one is '{}', which its name alone stands for",
                                   known.front());
            meant = input.node;
        } else {
            message += fmt::format("; its outputs are {}", fmt::join(known, ", "));
            meant = meant.empty() ? meant : input.node + "." + meant;
        }
        diagnostics_.error(input.at, spec.path + ".inputs", std::move(message), std::move(meant));
        return std::nullopt;
    }

    /// What a plugin states wrongly is no fault of the file, but better said here than met while running.
    bool outputs_are_sound(const PlannedNode& planned) {
        const auto refuse = [&](std::string message) {
            diagnostics_.error(
                planned.spec.at, planned.spec.path,
                fmt::format("{}; this is a fault of the plugin, not of the file", message));
            return false;
        };
        const std::string& type = planned.spec.type;
        if (planned.outputs.empty()) {
            return refuse(fmt::format("'{}' states no output", type));
        }
        std::set<std::string> seen;
        for (const Port& port : planned.outputs) {
            if (!is_lower_snake(port.name)) {
                return refuse(fmt::format("'{}' names an output '{}', which is not lower_snake",
                                          type, port.name));
            }
            if (!seen.insert(port.name).second) {
                return refuse(fmt::format("'{}' has two outputs '{}'", type, port.name));
            }
            if (port.schema == nullptr) {
                return refuse(
                    fmt::format("'{}' states no schema for its output '{}'", type, port.name));
            }
        }
        return true;
    }

private:
    Plan& plan_;
    Graph& graph_;
    Diagnostics& diagnostics_;
};

}  // namespace

void bind_nodes(Plan& plan, Graph& graph, const Registry& registry, Diagnostics& diagnostics) {
    const std::filesystem::path base = plan.pipeline.file.parent_path();
    Binder binder(plan, graph, diagnostics);
    for (std::size_t index = 0; index < plan.nodes.size(); ++index) {
        PlannedNode& planned = plan.nodes[index];
        planned.node = make_node(planned.spec, base, registry, diagnostics);
        const bool complete = binder.gather(index);
        if (complete) {
            binder.check_queue(planned);
        }
        binder.bind(index, complete);
    }
}

}  // namespace tsflow
