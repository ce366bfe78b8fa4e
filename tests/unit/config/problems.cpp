#include "problems.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

namespace tsflow::testing {

Checked::Checked(const std::string& text, std::map<std::string, std::string> variables,
                 const std::vector<Override>& overrides)
    : diagnostics("p.toml", text) {
    const auto environment =
        [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional{found->second};
    };
    spec = parse_pipeline(text, "/pipelines/p.toml", environment, overrides, diagnostics);
}

std::vector<std::string> Checked::problems() const {
    return problems_of(diagnostics);
}

const NodeSpec& Checked::node(const std::string& id) const {
    for (const NodeSpec& node : spec.nodes) {
        if (node.id == id) {
            return node;
        }
    }
    throw std::out_of_range("no node " + id);
}

std::vector<std::string> problems_of(const Diagnostics& diagnostics) {
    std::vector<std::string> result;
    for (const Diagnostic& problem : diagnostics.sorted()) {
        std::string line =
            std::to_string(problem.at.line) + ":" + std::to_string(problem.at.column) + " ";
        line += problem.path.empty() ? "" : problem.path + ": ";
        line += problem.message;
        line += problem.nearest.empty() ? "" : " (" + problem.nearest + ")";
        result.push_back(std::move(line));
    }
    return result;
}

std::string source_with(const std::string& options) {
    return "[sources.feed]\ntype = \"t\"\n" + options +
           "\n[sinks.out]\ntype = \"t\"\ninputs = [\"feed\"]\n";
}

}  // namespace tsflow::testing
