#include "runtime/make.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/overrides.hpp"
#include "runtime/place.hpp"

namespace tsflow {
namespace {

std::string_view section(NodeKind kind) {
    switch (kind) {
        case NodeKind::source:
            return "sources";
        case NodeKind::transform:
            return "transforms";
        default:
            return "sinks";
    }
}

/// The library that would hold `type` by its file name, if it was refused.
const Refusal* refusal_of(const Registry& registry, const std::string& type) {
    for (const Refusal& refusal : registry.refusals()) {
        if (refusal.library.stem() == type) {
            return &refusal;
        }
    }
    return nullptr;
}

void report_unknown_type(const NodeSpec& spec, const Registry& registry, Diagnostics& diagnostics) {
    const std::string_view kind = to_string(spec.kind);
    if (const Refusal* refusal = refusal_of(registry, spec.type); refusal != nullptr) {
        diagnostics.error(spec.type_at, spec.path + ".type",
                          fmt::format("the plugin library '{}' was refused: {}",
                                      refusal->library.string(), refusal->reason));
        return;
    }
    const std::vector<std::string> known = registry.names(spec.kind);
    const std::string meant = nearest(spec.type, known);
    std::string message = fmt::format("no plugin has a {} of type '{}'", kind, spec.type);
    if (known.empty()) {
        message += fmt::format("; no plugin with a {} was found", kind);
    } else if (meant.empty()) {
        message += fmt::format("; there are {}", fmt::join(known, ", "));
    }
    diagnostics.error(spec.type_at, spec.path + ".type", std::move(message), meant);
}

/// The options of a node without type are unknown, but one that is near to a missing key of the host is
/// most likely meant to be that.
void report_misspelt_keys(const NodeSpec& spec, Diagnostics& diagnostics) {
    std::vector<std::string> missing{"type"};
    if (spec.kind != NodeKind::source && spec.inputs.empty()) {
        missing.push_back("inputs");
    }
    if (spec.options.table() == nullptr) {
        return;
    }
    for (const auto& [key, value] : *spec.options.table()) {
        if (const std::string meant = nearest(key, missing); !meant.empty()) {
            diagnostics.error(value.key_at, path_of(value, spec.path + "." + key), "unknown option",
                              meant);
        }
    }
}

/// True when the value, or one in it, could not be read, which has been reported.
bool is_broken(const Value& value) {
    if (const Value::Table* members = value.table(); members != nullptr && !value.broken) {
        return std::any_of(members->begin(), members->end(),
                           [](const auto& member) { return is_broken(member.value); });
    }
    if (const Value::Array* items = value.array(); items != nullptr && !value.broken) {
        return std::any_of(items->begin(), items->end(), is_broken);
    }
    return value.broken;
}

}  // namespace

void report(const NodeSpec& spec, const std::exception& thrown, Diagnostics& diagnostics) {
    const auto* config = dynamic_cast<const ConfigError*>(&thrown);
    const Place place =
        config == nullptr ? Place{spec.at, spec.path}
                          : place_of(spec, config->option(), config->offset(), diagnostics.text());
    diagnostics.error(place.at, place.path, thrown.what());
}

std::unique_ptr<Node> make_node(const NodeSpec& spec, const std::filesystem::path& base,
                                const Registry& registry, Diagnostics& diagnostics) {
    if (spec.type.empty()) {
        report_misspelt_keys(spec,
                             diagnostics);  // that it is missing was reported when it was read
        return nullptr;
    }
    const RegisteredType* found = registry.find(spec.type);
    if (found == nullptr) {
        report_unknown_type(spec, registry, diagnostics);
        return nullptr;
    }
    const NodeType& type = found->type;
    if (type.kind != spec.kind) {
        diagnostics.error(
            spec.type_at, spec.path + ".type",
            fmt::format("'{}' is a {}, not a {}; it belongs into a table [{}.{}]", spec.type,
                        to_string(type.kind), to_string(spec.kind), section(type.kind), spec.id));
        return nullptr;
    }
    const std::size_t errors = diagnostics.errors();
    const OptionValues values =
        convert_options(type.options, spec.options, spec.path, base, diagnostics);
    if (diagnostics.errors() != errors || is_broken(spec.options)) {
        return nullptr;
    }
    try {
        OptionProblems problems;
        std::unique_ptr<Node> node = type.make(values, problems);
        for (const OptionProblem& problem : problems) {
            Place place = place_of(spec, problem.option, std::nullopt, diagnostics.text());
            diagnostics.add(problem.warning ? Severity::warning : Severity::error, place.at,
                            std::move(place.path), problem.message);
        }
        return diagnostics.errors() == errors ? std::move(node) : nullptr;
    } catch (const std::exception& thrown) {
        report(spec, thrown, diagnostics);
        return nullptr;
    }
}

}  // namespace tsflow
