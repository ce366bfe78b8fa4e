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

struct Messages {
    std::vector<std::string> errors;
    std::vector<std::string> warnings;
};

std::string at_option(const NodeType& type, const std::string& option, const std::string& message) {
    return option.empty() ? message : type.name + "." + option + ": " + message;
}

// Makes the node, or says why not; there are no errors exactly when there is a node.
std::unique_ptr<Node> try_make(const NodeType& type, std::string_view toml, Messages& messages) {
    Diagnostics diagnostics{"test", std::string{toml}};
    const Value table = parse_toml(std::string{toml}, diagnostics).root;
    OptionValues values;
    if (!diagnostics.has_errors()) {
        values = convert_options(type.options, table, type.name, std::filesystem::current_path(),
                                 diagnostics);
    }
    for (const Diagnostic& problem : diagnostics.sorted()) {
        if (problem.severity == Severity::error) {
            messages.errors.push_back(sentence(problem));
        }
    }
    if (!messages.errors.empty()) {
        return nullptr;
    }
    try {
        OptionProblems problems;
        std::unique_ptr<Node> node = type.make(values, problems);
        for (const OptionProblem& problem : problems) {
            (problem.warning ? messages.warnings : messages.errors)
                .push_back(at_option(type, problem.option, problem.message));
        }
        return node;
    } catch (const ConfigError& error) {
        messages.errors.push_back(at_option(type, error.option(), error.what()));
        return nullptr;
    }
}

}  // namespace

std::unique_ptr<Node> make_node(const NodeType& type, std::string_view toml) {
    Messages messages;
    std::unique_ptr<Node> node = try_make(type, toml, messages);
    if (node == nullptr) {
        std::string text;
        for (const std::string& message : messages.errors) {
            text += (text.empty() ? "" : "\n") + message;
        }
        throw ConfigError(text);
    }
    return node;
}

std::vector<std::string> option_errors(const NodeType& type, std::string_view toml) {
    Messages messages;
    try_make(type, toml, messages);
    return messages.errors;
}

std::vector<std::string> option_warnings(const NodeType& type, std::string_view toml) {
    Messages messages;
    try_make(type, toml, messages);
    return messages.warnings;
}

}  // namespace tsflow::testing
