#include "plugins/load_plugins.hpp"

#include "plugins/enroll.hpp"
#include "plugins/inspect.hpp"
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

}  // namespace

Registry load_plugins(const PluginSearch& search) {
    if (is_inspecting()) {
        throw Error(
            "this program was started to inspect one plugin library, but loads plugins itself; its "
            "main() must hand the command '__inspect' to tsflow::inspect_library(), or the search "
            "must name another inspector");
    }
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
    return registry;
}

}  // namespace tsflow
