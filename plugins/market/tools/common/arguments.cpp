#include "tool/arguments.hpp"

#include <algorithm>

#include "tsflow/text.hpp"

namespace tsflow::tool {

namespace {

const Option help_option{"--help", false, "-h"};

const Option& find(const std::string& text, const std::vector<Option>& options) {
    if (text == help_option.name || text == help_option.letter) {
        return help_option;
    }
    std::vector<std::string> names{help_option.name};
    for (const Option& option : options) {
        if (text == option.name || (!option.letter.empty() && text == option.letter)) {
            return option;
        }
        names.push_back(option.name);
    }
    const std::string near = nearest(text, names);
    throw UsageError("there is no option '" + text + "'" +
                     (near.empty() ? "" : "; did you mean '" + near + "'?"));
}

}  // namespace

Arguments::Arguments(const std::vector<std::string>& argv, const std::vector<Option>& options) {
    bool only_words = false;
    for (std::size_t i = 0; i < argv.size(); ++i) {
        const std::string& text = argv[i];
        if (only_words || text.size() < 2 || text.front() != '-') {
            words_.push_back(text);
            continue;
        }
        if (text == "--") {
            only_words = true;
            continue;
        }
        const std::size_t equals = text.starts_with("--") ? text.find('=') : std::string::npos;
        const Option& option = find(text.substr(0, equals), options);
        std::string value;
        if (equals != std::string::npos) {
            if (!option.takes_value) {
                throw UsageError("the option '" + option.name + "' takes no value");
            }
            value = text.substr(equals + 1);
        } else if (option.takes_value) {
            if (i + 1 == argv.size()) {
                throw UsageError("the value of '" + option.name + "' is missing");
            }
            value = argv[++i];
        }
        values_[option.name].push_back(value);
    }
}

std::string Arguments::value(std::string_view option, std::string_view otherwise) const {
    const auto found = values_.find(option);
    return found == values_.end() ? std::string{otherwise} : found->second.back();
}

std::vector<std::string> Arguments::values(std::string_view option) const {
    const auto found = values_.find(option);
    return found == values_.end() ? std::vector<std::string>{} : found->second;
}

std::string Arguments::choice(std::string_view option,
                              const std::vector<std::string>& choices) const {
    std::string chosen = value(option, choices.front());
    if (std::find(choices.begin(), choices.end(), chosen) == choices.end()) {
        std::string all;
        for (const std::string& one : choices) {
            all += (all.empty() ? "" : "|") + one;
        }
        throw UsageError("'" + chosen + "' is none of " + all + ", which '" + std::string{option} +
                         "' may be");
    }
    return chosen;
}

}  // namespace tsflow::tool
