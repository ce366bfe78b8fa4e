#include "plugins/registry.hpp"

#include <utility>

#include "plugins/type_rules.hpp"
#include "tsflow/error.hpp"

#include <fmt/format.h>

namespace tsflow {

namespace {

std::string origin(const RegisteredType& type) {
    return type.library.empty() ? "this program" : fmt::format("'{}'", type.library.string());
}

}  // namespace

void Registry::add(std::vector<RegisteredType> types) {
    std::map<std::string, RegisteredType, std::less<>> fresh;
    std::vector<std::string> problems;
    for (RegisteredType& entry : types) {
        const std::string name = entry.type.name;
        if (const std::vector<std::string> broken = broken_rules(entry.type); !broken.empty()) {
            problems.push_back(fmt::format("node type '{}': {}", name, fmt::join(broken, ", ")));
        }
        if (const RegisteredType* earlier = find(name)) {
            problems.push_back(
                fmt::format("node type '{}' of {} is already provided by {}; remove one of the two",
                            name, origin(entry), origin(*earlier)));
        } else if (fresh.contains(name)) {
            problems.push_back(
                fmt::format("node type '{}' is enrolled twice by {}", name, origin(entry)));
        } else {
            fresh.emplace(name, std::move(entry));
        }
    }
    if (!problems.empty()) {
        throw Error(fmt::format("{}", fmt::join(problems, "; ")));
    }
    types_.merge(fresh);
}

void Registry::add(NodeType type) {
    std::vector<RegisteredType> one(1);
    one.front().type = std::move(type);
    add(std::move(one));
}

const RegisteredType* Registry::find(std::string_view name) const noexcept {
    const auto found = types_.find(name);
    return found == types_.end() ? nullptr : &found->second;
}

std::vector<const RegisteredType*> Registry::all() const {
    std::vector<const RegisteredType*> list;
    for (const auto& [name, type] : types_) {
        list.push_back(&type);
    }
    return list;
}

std::vector<std::string> Registry::names() const {
    std::vector<std::string> list;
    for (const auto& [name, type] : types_) {
        list.push_back(name);
    }
    return list;
}

std::vector<std::string> Registry::names(NodeKind kind) const {
    std::vector<std::string> list;
    for (const auto& [name, type] : types_) {
        if (type.type.kind == kind) {
            list.push_back(name);
        }
    }
    return list;
}

void Registry::refuse(std::filesystem::path library, std::string reason) {
    refusals_.push_back({std::move(library), std::move(reason)});
}

}  // namespace tsflow
