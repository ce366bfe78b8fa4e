#include <nlohmann/json.hpp>

#include "plugins/describe.hpp"

namespace tsflow {

std::string list_json(const Registry& registry) {
    using Json = nlohmann::ordered_json;
    Json types = Json::array();
    for (const RegisteredType* entry : registry.all()) {
        types.push_back({{"type", entry->type.name},
                         {"kind", to_string(entry->type.kind)},
                         {"doc", entry->type.doc},
                         {"plugin", entry->plugin},
                         {"version", entry->version},
                         {"library", entry->library.string()}});
    }
    Json refused = Json::array();
    for (const Refusal& refusal : registry.refusals()) {
        refused.push_back({{"library", refusal.library.string()}, {"reason", refusal.reason}});
    }
    const Json list{{"types", std::move(types)}, {"refused", std::move(refused)}};
    // A plugin's text that is not UTF-8 must not keep the list from being printed.
    return list.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace tsflow
