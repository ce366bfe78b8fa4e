#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "runtime/checkpoint_store.hpp"
#include "runtime/letter_list.hpp"
#include "runtime/plan.hpp"

namespace tsflow {

/// Letters of one node that a replay leaves where they are.
struct StayingLetters {
    std::string node;
    std::string why;
    std::uint64_t count = 0;
};

/// A replay of dead letters: a run of the nodes that refused them and of what is behind these, fed by one
/// source that holds the letters' rows. All other nodes stay as the last checkpoint has them. The only
/// checkpoint of the run is the one at its end, and with it the letters leave the list: what the sinks
/// have taken in and what the list has lost change in one step.
struct Replay {
    static constexpr const char* source_path = "dead_letters";

    std::map<std::string, std::set<std::uint64_t>> taken;  ///< ids, by node
    /// Where the sources stand that feed the nodes, for sinks that store it with their data.
    std::map<std::string, std::string> positions;
    std::vector<StayingLetters> staying;

    std::uint64_t count() const noexcept;
};

/// Chooses the letters and makes `plan` that of the replay. Throws Error when no letter matches, or none of
/// those that do can be replayed, with the reasons.
Replay prepare_replay(Plan& plan, const StoredCheckpoint& checkpoint, const LetterFilter& filter);

}  // namespace tsflow
