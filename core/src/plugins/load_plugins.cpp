#include "plugins/load_plugins.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "plugins/enroll.hpp"
#include "plugins/inspect.hpp"
#include "plugins/inspection_cache.hpp"
#include "plugins/loader.hpp"
#include "tsflow/error.hpp"

namespace tsflow {

namespace {

void load(const std::filesystem::path& library, Registry& registry) {
    const Manifest& manifest = open_library(library);
    if (std::string reason = mismatches(manifest); !reason.empty()) {
        throw Error(reason);
    }
    registry.add(enroll(manifest, library));
}

void refuse_inspectors() {
    if (is_inspecting()) {
        throw Error(
            "this program was started to inspect one plugin library, but loads plugins itself; its "
            "main() must hand the command '__inspect' to tsflow::inspect_library(), or the search "
            "must name another inspector");
    }
}

/// So that a later run knows which libraries it needs.
void note_types(const std::vector<std::filesystem::path>& libraries, const Registry& registry,
                const PluginSearch& search) {
    std::map<std::filesystem::path, std::vector<std::string>> types;
    for (const RegisteredType* type : registry.all()) {
        types[type->library].push_back(type->type.name);
    }
    InspectionCache cache(search.cache, search.inspector);
    for (const std::filesystem::path& library : libraries) {
        cache.provides(library, types[library]);
    }
    cache.save();
}

/// Those that provide the types, in their order; nothing unless it is known of every library what it
/// provides.
std::optional<std::vector<std::filesystem::path>> providers(
    const std::vector<std::filesystem::path>& libraries, const std::set<std::string>& types,
    const PluginSearch& search) {
    const InspectionCache cache(search.cache, search.inspector);
    std::vector<std::filesystem::path> needed;
    std::size_t found = 0;
    for (const std::filesystem::path& library : libraries) {
        const auto provided = cache.types(library, InspectionCache::stamp(library));
        if (provided.empty()) {
            return std::nullopt;
        }
        const auto wanted = std::count_if(provided.begin(), provided.end(),
                                          [&](const auto& type) { return types.contains(type); });
        if (wanted > 0) {
            needed.push_back(library);
            found += static_cast<std::size_t>(wanted);
        }
    }
    return found == types.size() ? std::optional{needed} : std::nullopt;
}

}  // namespace

Registry load_plugins(const PluginSearch& search) {
    refuse_inspectors();
    const std::vector<std::filesystem::path> libraries = find_libraries(search);
    const std::vector<std::string> reasons = inspect_all(libraries, search);
    Registry registry;
    for (std::size_t i = 0; i < libraries.size(); ++i) {
        if (!reasons[i].empty()) {
            registry.refuse(libraries[i], reasons[i]);
            continue;
        }
        try {
            load(libraries[i], registry);
        } catch (const Error& error) {
            registry.refuse(libraries[i], error.what());
        }
    }
    if (search.remember) {
        note_types(libraries, registry, search);
    }
    return registry;
}

Registry load_plugins(const PluginSearch& search, const std::set<std::string>& types) {
    refuse_inspectors();
    const auto needed = providers(find_libraries(search), types, search);
    if (!needed) {
        return load_plugins(search);
    }
    try {
        Registry registry;
        for (const std::filesystem::path& library : *needed) {
            load(library, registry);
        }
        return registry;
    } catch (const Error&) {
        return load_plugins(search);  // which says of each what is wrong with it
    }
}

}  // namespace tsflow
