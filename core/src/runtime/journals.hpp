#pragma once

#include <filesystem>
#include <string_view>

#include "config/diagnostics.hpp"
#include "runtime/plan.hpp"

namespace tsflow {

/// Gives the sources with a journal theirs, and has the queues of the sinks behind them spill to disk
/// where the file does not say otherwise. Reports journals and queues that cannot be, or need not.
void set_up_journals(Plan& plan, Diagnostics& diagnostics);

/// The folder of the journal of the source `path` (`sources.feed`) inside a `state_dir`.
std::filesystem::path journal_folder(const std::filesystem::path& state_dir, std::string_view path);

}  // namespace tsflow
