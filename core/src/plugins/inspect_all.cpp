#include <algorithm>
#include <atomic>
#include <thread>

#include "plugins/inspect.hpp"
#include "plugins/inspection_cache.hpp"

namespace tsflow {

namespace {

/// Inspections mostly wait for the disk and for hanging libraries, so a few more than there are cores.
constexpr std::size_t at_a_time = 4;
/// Starting a child costs about as much as loading this many libraries.
constexpr std::size_t fewest_together = 8;

/// Calls `work` for 0 to count - 1, several at a time.
template <class Work>
void spread(std::size_t count, const Work& work) {
    std::atomic<std::size_t> next{0};
    const auto loop = [&] {
        for (std::size_t i = next++; i < count; i = next++) {
            work(i);
        }
    };
    std::vector<std::jthread> workers;
    for (std::size_t i = 1; i < std::min(at_a_time, count); ++i) {
        workers.emplace_back(loop);
    }
    loop();
}

/// Of `unknown`, those that did not pass together with others.
std::vector<std::size_t> suspects(const std::vector<std::filesystem::path>& libraries,
                                  const std::vector<std::size_t>& unknown,
                                  const PluginSearch& search) {
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    const std::size_t together = std::max(fewest_together, (unknown.size() + cores - 1) / cores);
    std::vector<std::vector<std::size_t>> groups((unknown.size() + together - 1) / together);
    spread(groups.size(), [&](std::size_t g) {
        std::vector<std::filesystem::path> group;
        const std::size_t end = std::min(unknown.size(), (g + 1) * together);
        for (std::size_t i = g * together; i < end; ++i) {
            group.push_back(libraries[unknown[i]]);
        }
        const std::vector<bool> passed =
            inspect_together(group, search.inspector, search.inspection_timeout);
        for (std::size_t i = 0; i < passed.size(); ++i) {
            if (!passed[i]) {
                groups[g].push_back(unknown[g * together + i]);
            }
        }
    });
    std::vector<std::size_t> all;
    for (const std::vector<std::size_t>& group : groups) {
        all.insert(all.end(), group.begin(), group.end());
    }
    return all;
}

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
    const std::vector<std::size_t> alone = suspects(libraries, unknown, search);
    spread(alone.size(), [&](std::size_t i) {
        reasons[alone[i]] =
            inspect(libraries[alone[i]], search.inspector, search.inspection_timeout);
    });

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
