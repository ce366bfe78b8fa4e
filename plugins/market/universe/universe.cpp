#include "universe/universe.hpp"

#include <algorithm>

namespace tsflow::market {

namespace {

bool leads(std::string_view type) {
    return type == "UNIVERSE" || type == "ETF";
}

std::vector<std::string> split(std::string_view key) {
    std::vector<std::string> parts;
    for (;;) {
        const std::size_t colon = key.find(':');
        const std::string_view part = key.substr(0, colon);
        if (!part.empty() && std::find(parts.begin(), parts.end(), part) == parts.end()) {
            parts.emplace_back(part);
        }
        if (colon == std::string_view::npos) {
            return parts;
        }
        key.remove_prefix(colon + 1);
    }
}

void keep_distinct(std::vector<std::string>& symbols) {
    std::sort(symbols.begin(), symbols.end());
    symbols.erase(std::unique(symbols.begin(), symbols.end()), symbols.end());
}

}  // namespace

UniverseStore::~UniverseStore() = default;

Universe UniverseStore::resolve(std::string_view key) {
    const std::vector<std::string> parts = split(key);
    std::vector<std::string> names = parts;
    if (parts.size() != 1 || parts.front() != key) {
        names.emplace_back(key);
    }
    const std::vector<Found> found = find(names);

    Universe universe;
    /// False when no group bears the name.
    const auto add = [&](std::string_view name) {
        const auto bears = [&](const Found& group) { return group.name == name; };
        const bool led = std::any_of(found.begin(), found.end(), [&](const Found& group) {
            return bears(group) && leads(group.type);
        });
        bool any = false;
        for (const Found& group : found) {
            if (bears(group) && leads(group.type) == led) {
                any = true;
                universe.symbols.insert(universe.symbols.end(), group.symbols.begin(),
                                        group.symbols.end());
            }
        }
        return any;
    };
    if (!add(key)) {
        for (const std::string& part : parts) {
            if (!add(part)) {
                universe.unknown.push_back(part);
            }
        }
        if (parts.empty()) {
            universe.unknown.emplace_back(key);
        }
    }
    keep_distinct(universe.symbols);
    return universe;
}

std::vector<std::string> UniverseStore::symbols(std::string_view key) {
    return resolve(key).symbols;
}

}  // namespace tsflow::market
