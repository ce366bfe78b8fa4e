#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/plan.hpp"
#include "runtime/run_history.hpp"

namespace tsflow::cli {

/// A row with the wanted key, as a source received it.
struct Receipt {
    std::string source;  ///< `sources.feed`
    std::string port;
    std::uint64_t offset = 0;  ///< in the journal
    std::string segment;
    Timestamp appended{};
    std::optional<RunRecord> run;  ///< that was going on then
    std::string record;            ///< the whole row, as JSON
};

/// What is known of a stored row.
struct Explanation {
    const Plan& plan;
    std::size_t sink = 0;
    std::string table;
    std::vector<std::string> key;
    std::vector<PathGuarantee> paths;     ///< that end at the sink
    std::vector<std::string> unrecorded;  ///< sources on these paths without a journal
    std::vector<Receipt> receipts;        ///< oldest first; the last one is what is stored
    std::vector<RunRecord> runs;          ///< all of this pipeline
};

std::string explain_text(const Explanation& found);
std::string explain_json(const Explanation& found);

}  // namespace tsflow::cli
