#include "control/observed_run.hpp"

#include <utility>

namespace tsflow::control {

Snapshot ObservedRun::snapshot() const {
    const std::lock_guard lock(mutex_);
    Snapshot result;
    result.now = clock_.now();
    if (run_ != nullptr) {
        result.state = run_->stopping() ? State::stopping : State::running;
        result.metrics = run_->metrics();
        result.rates = meter_.rates();
    } else if (*ended_) {
        result.state = State::ended;
        result.metrics = last_;
    }
    return result;
}

void ObservedRun::sample(const PipelineMetrics& metrics) {
    const std::lock_guard lock(mutex_);
    meter_.sample(metrics);
}

void ObservedRun::started(RunView& run) {
    const std::lock_guard lock(mutex_);
    meter_.sample(run.metrics());
    run_ = &run;
}

void ObservedRun::ending() {
    const std::lock_guard lock(mutex_);
    last_ = run_->metrics();
    run_ = nullptr;
    *ended_ = true;
}

std::optional<std::function<void()>> ObservedRun::add_tap(std::size_t node, std::size_t port,
                                                          std::shared_ptr<Tap> tap) {
    const std::lock_guard lock(mutex_);
    if (run_ == nullptr) {
        return std::nullopt;
    }
    run_->add_tap(node, port, tap);
    return [this, node, port, tap = std::move(tap)] {
        const std::lock_guard release_lock(mutex_);
        if (run_ != nullptr) {
            run_->remove_tap(node, port, *tap);
        }
    };
}

}  // namespace tsflow::control
