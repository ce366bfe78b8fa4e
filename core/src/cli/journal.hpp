#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/args.hpp"
#include "journal/segment.hpp"

namespace tsflow::cli {

/// The journal of one node, as found in a state_dir.
struct NodeJournal {
    std::string node;  ///< path: `sources.feed`
    std::filesystem::path folder;
    std::vector<Segment> segments;  ///< oldest first
};

/// Prints entries of a journal as JSON lines or as tables.
int print_entries(const NodeJournal& journal, const JournalArgs& args);

}  // namespace tsflow::cli
