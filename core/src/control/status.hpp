#pragma once

#include <string>
#include <string_view>

#include "control/rates.hpp"
#include "runtime/metrics.hpp"
#include "runtime/plan.hpp"

namespace tsflow::control {

enum class State { starting, running, stopping, ended };
std::string_view to_string(State state) noexcept;

/// A run at one moment.
struct Snapshot {
    State state = State::starting;
    PipelineMetrics metrics;  ///< empty before the start
    Rates rates;
    Timestamp now{};
};

/// What `/status.json` answers: the plan's nodes and edges with their figures. docs/metrics.md lists it.
std::string status_json(const Plan& plan, std::string_view version, const Snapshot& run);

/// What a drawing of the run says beside nodes and queues.
DrawnFigures drawn_figures(const Plan& plan, const Snapshot& run);

}  // namespace tsflow::control
