#include "session/session_config.hpp"

#include <algorithm>

#include "session/members.hpp"
#include "tsflow/error.hpp"
#include "universe/universe.hpp"

namespace tsflow::market {

void check_session(const SessionConfig& config, OptionProblems& problems) {
    constexpr Duration shortest = std::chrono::milliseconds{10};
    if (config.publish_every != Duration::zero() && config.publish_every < shortest) {
        problems.push_back({"publish_every",
                            format_duration(config.publish_every) +
                                " is too short; write 10ms or more, or 0s for whole minutes only",
                            false});
    }
    if (config.universes.size() + (config.symbols.empty() ? 0 : 1) > most_universes) {
        problems.push_back({"universes",
                            std::to_string(config.universes.size()) + " are given, and at most " +
                                std::to_string(most_universes) + " are possible",
                            false});
    }
    for (auto name = config.universes.begin(); name != config.universes.end(); ++name) {
        if (name->empty()) {
            problems.push_back({"universes", "a name is empty", false});
        } else if (std::find(config.universes.begin(), name, *name) != name) {
            problems.push_back({"universes", "'" + *name + "' is given twice", false});
        }
    }
    try {
        check_reference(config.reference);
    } catch (const Error& error) {
        problems.push_back({"reference", error.what(), false});
    }
}

}  // namespace tsflow::market
