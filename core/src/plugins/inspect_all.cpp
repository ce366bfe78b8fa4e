#include <algorithm>
#include <atomic>
#include <thread>

#include "plugins/inspect.hpp"
#include "plugins/inspection_cache.hpp"

namespace tsflow {

namespace {

/// Inspections mostly wait for the disk and for hanging libraries, so a few more than there are cores.
constexpr std::size_t at_a_time = 4;

}  // namespace

std::vector<std::string> inspect_all(const std::vector<std::filesystem::path>& libraries,
                                     const PluginSearch& search) {
    InspectionCache cache(search.cache, search.inspector);
    // Taken before the inspection: a library that is replaced meanwhile counts as unknown next time.
    std::vector<InspectionCache::Stamp> stamps;
    std::vector<std::size_t> unknown;
    for (const std::filesystem::path& library : libraries) {
        stamps.push_back(InspectionCache::stamp(library));
        if (!cache.knows(library, stamps.back())) {
            unknown.push_back(stamps.size() - 1);
        }
    }

    std::vector<std::string> reasons(libraries.size());
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < unknown.size(); i = next++) {
            reasons[unknown[i]] =
                inspect(libraries[unknown[i]], search.inspector, search.inspection_timeout);
        }
    };
    {
        std::vector<std::jthread> workers;
        for (std::size_t i = 1; i < std::min(at_a_time, unknown.size()); ++i) {
            workers.emplace_back(work);
        }
        work();
    }

    for (const std::size_t i : unknown) {
        if (reasons[i].empty()) {
            cache.add(libraries[i], stamps[i]);
        }
    }
    if (search.remember) {
        cache.save();
    }
    return reasons;
}

}  // namespace tsflow
