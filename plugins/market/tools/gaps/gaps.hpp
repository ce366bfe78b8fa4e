#pragma once

#include <vector>

#include "cli/args.hpp"
#include "gaps/print_gaps.hpp"
#include "ledger/gap_query.hpp"

namespace tsflow::massive {

/// Reads the ledgers of all sources of the pipeline that keep one; the pipeline may be running. Throws
/// ConfigError when the pipeline file does not tell where they are, and Error when there is none or one
/// cannot be read.
std::vector<SourceGaps> read_ledgers(const cli::FileArgs& pipeline, const GapFilter& filter);

}  // namespace tsflow::massive
