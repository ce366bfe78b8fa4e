#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/checkpoint_store.hpp"
#include "runtime/letter.hpp"
#include "runtime/plan.hpp"

namespace tsflow {

/// Which letters a command is about; what is empty selects all.
struct LetterFilter {
    std::vector<std::string> nodes;  ///< paths
    std::string reason;              ///< a part of it
    std::optional<Timestamp> since;
    std::vector<std::uint64_t> ids;
    std::optional<std::uint64_t> limit;  ///< the first so many

    /// All but the limit.
    bool matches(const Letter& letter) const;
};

/// One letter, as it stands in the list.
struct ListedLetter {
    const Letter& letter;
    std::string_view line;  ///< as stored
    /// False: put aside since the last checkpoint; the next run takes it back and meets its record again.
    bool committed = true;
};

/// Gives all letters of a state_dir that match, node by node, oldest first. Takes no lock: when a running
/// pipeline takes a file away meanwhile, Error.
void for_each_letter(const std::filesystem::path& state_dir,
                     const std::optional<StoredCheckpoint>& checkpoint, const LetterFilter& filter,
                     const std::function<void(const ListedLetter&)>& use);

/// Why the letter cannot go through the pipeline again; empty when it can.
std::string why_not_replayable(const ListedLetter& listed, const Plan& plan);

}  // namespace tsflow
