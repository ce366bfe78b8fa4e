#pragma once

#include <string>
#include <vector>

#include "runtime/plan.hpp"

/// Node types that do nothing but state what a test wants the planner to see.
namespace tsflow::plan_test {

/// Sources `feed` (schema, ports, side_ports, live), `faulty` (states wrong outputs) and `radio` (has a
/// list of tables, `channels`, of which a band `none` or `lost` is wrong); transforms `pass` (memory), `rename` (column: replaced by one in another unit) and `pair` (a join of named inputs
/// `left` and `right`); sinks `store` (repeats) and `keyed` (wants a key).
const Registry& registry();

/// What planning the text of a pipeline file gives.
struct Planned {
    Plan plan;
    Diagnostics diagnostics;

    /// Each problem as `line:column severity path: message|nearest`, sorted.
    std::vector<std::string> problems() const;
    const PlannedNode& node(const std::string& id) const;
    std::size_t index(const std::string& id) const;
};

Planned plan(const std::string& toml);
/// As above; throws when the file has errors.
Plan valid(const std::string& toml);

}  // namespace tsflow::plan_test
