#include <algorithm>
#include <string>
#include <vector>

#include "plugins/describe.hpp"
#include "plugins/type_rules.hpp"
#include "testing/conformance.hpp"

namespace tsflow::testing {
namespace {

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += (text.empty() ? "" : "; ") + line;
    }
    return text;
}

void check_sample(Conformance& run, const std::string& which, const std::string& toml) {
    run.check("the " + which + " sample is a valid table", [&] {
        const std::vector<std::string> errors = option_errors(run.type(), toml);
        Conformance::expect(errors.empty(), joined(errors));
    });
}

const std::string unknown = "no_such_option";

void expect_names_unknown(const std::vector<std::string>& errors) {
    const bool named = std::any_of(errors.begin(), errors.end(), [](const auto& message) {
        return message.find(unknown) != std::string::npos;
    });
    Conformance::expect(named, "no message names the option '" + unknown + "'");
}

}  // namespace

void check_options(Conformance& run) {
    const NodeType& type = run.type();
    for (const std::string& rule : broken_rules(type)) {
        run.broken("a node type is declared by the rules: " + rule);
    }
    check_sample(run, "generated", sample_table(type));
    if (!run.sample().toml.empty()) {
        check_sample(run, "given", run.sample().toml);
    }
    run.check("an unknown option is refused", [&run] {
        expect_names_unknown(option_errors(run.type(), unknown + " = 1\n" + run.sample().toml));
    });
    for (const OptionInfo& option : type.options) {
        if (option.type == OptionType::tables) {
            run.check("an unknown option in a table of '" + option.name + "' is refused", [&] {
                expect_names_unknown(
                    option_errors(type, "[[" + option.name + "]]\n" + unknown + " = 1\n"));
            });
        }
    }
}

}  // namespace tsflow::testing
