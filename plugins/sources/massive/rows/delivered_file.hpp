#pragma once

#include <filesystem>
#include <utility>
#include <vector>

#include "massive/channel.hpp"
#include "tsflow/time.hpp"

namespace tsflow::massive {

/// Up to which event time each channel has been handed on.
using Delivered = std::vector<std::pair<market::massive::Channel, Timestamp>>;

/// Replaces the file, so that a restart knows since when rows are missing although no checkpoint holds
/// it: for feeds that cannot go on from a position. Not synced, as a second more or less does not matter.
/// Throws Error when it cannot be written.
void write_delivered(const std::filesystem::path& file, const Delivered& delivered);
/// What was last written; empty when there is nothing, or nothing readable.
Delivered read_delivered(const std::filesystem::path& file);

}  // namespace tsflow::massive
