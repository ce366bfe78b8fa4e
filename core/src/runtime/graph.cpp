#include "runtime/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <queue>
#include <string>

namespace tsflow {
namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

std::size_t find(const std::vector<NodeSpec>& nodes, const std::string& id) {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].id == id) {
            return i;
        }
    }
    return nowhere;
}

/// Resolves the names in `inputs`.
class Resolver {
public:
    Resolver(const std::vector<NodeSpec>& nodes, Graph& graph, Diagnostics& diagnostics)
        : nodes_(nodes), graph_(graph), diagnostics_(diagnostics), read_(diagnostics.sorted()) {}

    std::optional<std::size_t> resolve(const NodeSpec& spec, const InputSpec& input) {
        const std::string path = spec.path + ".inputs";
        const std::size_t found = find(nodes_, input.node);
        if (found == nowhere) {
            if (!may_be_unreadable(input.node)) {
                report_unknown(spec, input, path);
            }
            return std::nullopt;
        }
        graph_.wanted[found] = true;
        if (nodes_[found].id == spec.id) {
            diagnostics_.error(input.at, path,
                               fmt::format("'{}' names itself as its input; data flows one way, "
                                           "from sources to sinks",
                                           spec.id));
            return std::nullopt;
        }
        if (nodes_[found].kind == NodeKind::sink) {
            diagnostics_.error(input.at, path,
                               fmt::format("'{}' is a sink, which has no outputs; an input is a "
                                           "source or a transform",
                                           input.node));
            return std::nullopt;
        }
        return found;
    }

private:
    /// True when the file may hold this node, but something that was reported kept it from being read:
    /// the node's table itself, or the name of its section.
    bool may_be_unreadable(const std::string& id) const {
        const std::vector<std::string> sections{"pipeline", "sources", "transforms", "sinks"};
        return std::any_of(read_.begin(), read_.end(), [&](const Diagnostic& d) {
            const bool unknown_section =
                !d.path.empty() && d.path.find('.') == std::string::npos &&
                std::find(sections.begin(), sections.end(), d.path) == sections.end();
            return d.severity == Severity::error &&
                   (unknown_section || d.path == "sources." + id || d.path == "transforms." + id);
        });
    }

    void report_unknown(const NodeSpec& spec, const InputSpec& input, const std::string& path) {
        std::vector<std::string> candidates;
        for (const NodeSpec& node : nodes_) {
            if (node.kind != NodeKind::sink && node.id != spec.id) {
                candidates.push_back(node.id);
            }
        }
        const std::string meant = nearest(input.node, candidates);
        std::string message = fmt::format("no node is called '{}'", input.node);
        if (!meant.empty()) {
            graph_.misnamed[find(nodes_, meant)] = true;
        } else if (!candidates.empty()) {
            message += fmt::format("; this node can take {}", fmt::join(candidates, ", "));
        } else {
            message += "; the file has no other source or transform";
        }
        diagnostics_.error(input.at, path, std::move(message),
                           meant.empty() || input.port.empty() ? meant : meant + "." + input.port);
    }

    const std::vector<NodeSpec>& nodes_;
    Graph& graph_;
    Diagnostics& diagnostics_;
    std::vector<Diagnostic> read_;  ///< the problems of reading the file
};

using Feeders = std::vector<std::vector<std::optional<std::size_t>>>;

/// Some cycle, in the direction of the data, from its first node in the file; empty when there is none.
std::vector<std::size_t> find_cycle(const Feeders& feeders) {
    enum class Mark { unseen, on_path, done };
    std::vector<Mark> marks(feeders.size(), Mark::unseen);
    std::vector<std::size_t> path;
    const std::function<bool(std::size_t)> visit = [&](std::size_t node) {
        marks[node] = Mark::on_path;
        path.push_back(node);
        for (const auto& feeder : feeders[node]) {
            if (!feeder || marks[*feeder] == Mark::done) {
                continue;
            }
            if (marks[*feeder] == Mark::on_path) {
                path.erase(path.begin(), std::find(path.begin(), path.end(), *feeder));
                return true;
            }
            if (visit(*feeder)) {
                return true;
            }
        }
        marks[node] = Mark::done;
        path.pop_back();
        return false;
    };
    for (std::size_t node = 0; node < feeders.size(); ++node) {
        if (marks[node] == Mark::unseen && visit(node)) {
            std::reverse(path.begin(), path.end());
            std::rotate(path.begin(), std::min_element(path.begin(), path.end()), path.end());
            return path;
        }
    }
    return {};
}

/// Reports each cycle at its first node in the file, and breaks it there.
void break_cycles(const std::vector<NodeSpec>& nodes, Feeders& feeders, Diagnostics& diagnostics) {
    for (auto cycle = find_cycle(feeders); !cycle.empty(); cycle = find_cycle(feeders)) {
        const NodeSpec& first = nodes[cycle.front()];
        std::string text;
        for (const std::size_t node : cycle) {
            text += nodes[node].id + " -> ";
        }
        text += first.id;
        bool reported = false;
        for (std::size_t i = 0; i < first.inputs.size(); ++i) {
            auto& feeder = feeders[cycle.front()][i];
            if (feeder != cycle.back()) {
                continue;
            }
            feeder.reset();
            if (!reported) {
                diagnostics.error(first.inputs[i].at, first.path + ".inputs",
                                  fmt::format("the inputs form a cycle: {}; data flows one way, "
                                              "from sources to sinks",
                                              text));
                reported = true;
            }
        }
    }
}

std::vector<std::size_t> topological_order(const Feeders& feeders) {
    std::vector<std::vector<std::size_t>> consumers(feeders.size());
    std::vector<std::size_t> waits_for(feeders.size(), 0);
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t node = 0; node < feeders.size(); ++node) {
        for (const auto& feeder : feeders[node]) {
            if (feeder) {
                consumers[*feeder].push_back(node);
                ++waits_for[node];
            }
        }
        if (waits_for[node] == 0) {
            ready.push(node);
        }
    }
    std::vector<std::size_t> order;
    order.reserve(feeders.size());
    while (!ready.empty()) {
        const std::size_t node = ready.top();
        ready.pop();
        order.push_back(node);
        for (const std::size_t consumer : consumers[node]) {
            if (--waits_for[consumer] == 0) {
                ready.push(consumer);
            }
        }
    }
    return order;
}

}  // namespace

Graph connect(const std::vector<NodeSpec>& nodes, Diagnostics& diagnostics) {
    Graph graph;
    graph.wanted.assign(nodes.size(), false);
    graph.misnamed.assign(nodes.size(), false);
    Resolver resolver(nodes, graph, diagnostics);
    for (const NodeSpec& spec : nodes) {
        auto& feeders = graph.feeders.emplace_back();
        for (const InputSpec& input : spec.inputs) {
            feeders.push_back(resolver.resolve(spec, input));
        }
    }
    break_cycles(nodes, graph.feeders, diagnostics);
    graph.order = topological_order(graph.feeders);
    return graph;
}

}  // namespace tsflow
