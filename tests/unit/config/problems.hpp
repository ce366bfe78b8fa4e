#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/pipeline_spec.hpp"

namespace tsflow::testing {

/// A pipeline text as `p.toml` in the folder /pipelines, read with the given variables and overrides,
/// and what was found wrong.
struct Checked {
    Checked(const std::string& text, std::map<std::string, std::string> variables = {},
            const std::vector<Override>& overrides = {});

    /// Each as `line:column path: message (nearest)`, sorted as the user sees them.
    std::vector<std::string> problems() const;
    const NodeSpec& node(const std::string& id) const;

    Diagnostics diagnostics;
    PipelineSpec spec;
};

std::vector<std::string> problems_of(const Diagnostics& diagnostics);

using Lines = std::vector<std::string>;

/// `options` below the header of a source that is all right but for them, and a sink behind it. The
/// options begin on line 3.
std::string source_with(const std::string& options);

}  // namespace tsflow::testing
