#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/pipeline_spec.hpp"
#include "config/toml.hpp"
#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

namespace tsflow::testing {
namespace {

std::string sentence(const Diagnostic& problem) {
    std::string text = problem.path.empty() ? "" : problem.path + ": ";
    text += problem.message;
    return problem.nearest.empty() ? text : text + "; did you mean '" + problem.nearest + "'?";
}

// Makes the node, or says why not; `messages` is empty exactly when there is a node.
std::unique_ptr<Node> try_make(const NodeType& type, std::string_view toml,
                               std::vector<std::string>& messages) {
    Diagnostics diagnostics{"test", std::string{toml}};
    const Value table = parse_toml(std::string{toml}, diagnostics).root;
    OptionValues values;
    if (!diagnostics.has_errors()) {
        values = convert_options(type.options, table, type.name, std::filesystem::current_path(),
                                 diagnostics);
    }
    for (const Diagnostic& problem : diagnostics.sorted()) {
        if (problem.severity == Severity::error) {
            messages.push_back(sentence(problem));
        }
    }
    if (!messages.empty()) {
        return nullptr;
    }
    try {
        OptionProblems problems;
        std::unique_ptr<Node> node = type.make(values, problems);
        for (const OptionProblem& problem : problems) {
            messages.push_back(problem.option.empty()
                                   ? problem.message
                                   : type.name + "." + problem.option + ": " + problem.message);
        }
        return node;
    } catch (const ConfigError& error) {
        messages.push_back(error.option().empty()
                               ? error.what()
                               : type.name + "." + error.option() + ": " + error.what());
        return nullptr;
    }
}

}  // namespace

std::unique_ptr<Node> make_node(const NodeType& type, std::string_view toml) {
    std::vector<std::string> messages;
    std::unique_ptr<Node> node = try_make(type, toml, messages);
    if (node == nullptr) {
        std::string text;
        for (const std::string& message : messages) {
            text += (text.empty() ? "" : "\n") + message;
        }
        throw ConfigError(text);
    }
    return node;
}

std::vector<std::string> option_errors(const NodeType& type, std::string_view toml) {
    std::vector<std::string> messages;
    try_make(type, toml, messages);
    return messages;
}

}  // namespace tsflow::testing
