#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "control/rates.hpp"
#include "control/status.hpp"
#include "runtime/run_view.hpp"

namespace tsflow::control {

/// A run as it stands, from before its start to after its end. Any thread.
class ObservedRun final : public RunWatcher {
public:
    /// `clock` outlives it.
    explicit ObservedRun(const Clock& clock) : clock_(clock) {}

    Snapshot snapshot() const;
    /// Figures for the rates, about twice a second.
    void sample(const PipelineMetrics& metrics);
    void started(RunView& run) override;
    void ending() override;

    /// Shows `tap` a port of the plan until what is returned is called; nothing when no run goes on.
    std::optional<std::function<void()>> add_tap(std::size_t node, std::size_t port,
                                                 std::shared_ptr<Tap> tap);
    /// Becomes true with the end of the run.
    std::shared_ptr<const std::atomic<bool>> ended() const { return ended_; }

private:
    const Clock& clock_;
    mutable std::mutex mutex_;
    RunView* run_ = nullptr;
    PipelineMetrics last_;  // of a run that has ended
    RateMeter meter_;
    std::shared_ptr<std::atomic<bool>> ended_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace tsflow::control
