#pragma once

#include <string>
#include <vector>

#include "ledger/gap.hpp"

namespace tsflow::massive {

enum class GapFormat { text, json, csv };

/// The ledger of one source.
struct SourceGaps {
    std::string source;  ///< `sources.massive`
    std::vector<Gap> gaps;
};

/// text: a table and a line that counts; json: one array of objects; csv: with a header line.
std::string print_gaps(const std::vector<SourceGaps>& sources, GapFormat format);

}  // namespace tsflow::massive
