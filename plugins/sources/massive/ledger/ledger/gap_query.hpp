#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ledger/gap.hpp"

namespace tsflow::massive {

/// Which rows of a ledger are wanted; what is empty asks for nothing special.
struct GapFilter {
    std::vector<GapState> states;
    std::string symbol;
    std::optional<Timestamp> since;  ///< holes that reach beyond it, or are still dark
};

/// The rows of the ledger in `file`, in the order of `from`. For readers beside the pipeline: reads
/// one consistent state, changes nothing and waits for nobody. Throws Error naming the file when it is
/// no ledger, or one of a newer version.
std::vector<Gap> read_gaps(const std::filesystem::path& file, const GapFilter& filter = {});

}  // namespace tsflow::massive
