#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tsflow/plugin.hpp"

/// Node types made by hand, for what needs no library.
namespace node_types {

inline tsflow::OptionInfo option(std::string name, tsflow::OptionType type, std::string doc) {
    tsflow::OptionInfo info;
    info.name = std::move(name);
    info.type = type;
    info.doc = std::move(doc);
    return info;
}

inline tsflow::NodeType type(std::string name, tsflow::NodeKind kind,
                             std::vector<tsflow::OptionInfo> options = {}) {
    tsflow::NodeType made;
    made.name = std::move(name);
    made.doc = "Does what a test needs.";
    made.kind = kind;
    made.options = std::move(options);
    made.make = [](const tsflow::OptionValues&, tsflow::OptionProblems&) {
        return std::unique_ptr<tsflow::Node>{};
    };
    return made;
}

}  // namespace node_types
