#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "control/exchange.hpp"
#include "control/observed_run.hpp"
#include "control/server.hpp"
#include "log/log.hpp"
#include "plugins/registry.hpp"
#include "runtime/plan.hpp"

namespace tsflow::control {

/// What the pages are about; all of it outlives the plane.
struct PlaneFacts {
    const Plan& plan;          ///< which has a `control`
    const Registry& registry;  ///< for the filter of taps
    ObservedRun& run;
    Log& log;
    std::string version;
};

/// Serves what can be seen of a run, from before its start to after its end, at `[control] listen`:
/// `/metrics`, `/healthz`, `/readyz`, `/status.json`, `/graph`, `/tap`. Read-only.
class Plane {
public:
    /// Throws Error when it cannot listen there.
    explicit Plane(PlaneFacts facts);
    Plane(const Plane&) = delete;
    Plane& operator=(const Plane&) = delete;

    std::uint16_t port() const noexcept { return server_->port(); }

private:
    Answer answer(const Request& request);
    Answer metrics(const Request& request);
    Answer health(bool ready);
    Answer graph(const Request& request);
    Answer tap(const Request& request);

    const PlaneFacts facts_;
    std::unique_ptr<Server> server_;  // last: its thread uses the rest
};

}  // namespace tsflow::control
