#include "runtime/control.hpp"

namespace tsflow {

void RunControl::State::ring() {
    {
        const std::lock_guard lock(mutex_);
        rung_ = true;
    }
    bell_.notify_all();
}

void RunControl::State::stop() {
    stop_ = true;
    ring();
}

void RunControl::State::abort() {
    stop_ = true;
    abort_ = true;
    ring();
}

bool RunControl::State::sleep_for(Duration duration) {
    std::unique_lock lock(mutex_);
    return !bell_.wait_for(lock, duration, [this] { return stopping(); });
}

bool RunControl::State::sleep_unless_aborted(Duration duration) {
    std::unique_lock lock(mutex_);
    return !bell_.wait_for(lock, duration, [this] { return aborted(); });
}

void RunControl::State::wait_for_ring(Duration duration) {
    std::unique_lock lock(mutex_);
    bell_.wait_for(lock, duration, [this] { return rung_; });
    rung_ = false;
}

RunControl::RunControl() : state_(std::make_unique<State>()) {}
RunControl::~RunControl() = default;
void RunControl::stop() {
    state_->stop();
}
void RunControl::abort() {
    state_->abort();
}
void RunControl::reload() noexcept {
    state_->reload();
}

}  // namespace tsflow
