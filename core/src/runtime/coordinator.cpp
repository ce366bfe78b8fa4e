#include "runtime/coordinator.hpp"

#include <utility>

namespace tsflow {

Coordinator::Coordinator(std::size_t nodes, std::size_t sources, std::uint64_t last_id,
                         bool records, std::function<void()> ring)
    : announced_(last_id),
      broken_(!records),
      ring_(std::move(ring)),
      active_sources_(sources),
      reports_(nodes),
      ended_(nodes) {}

void Coordinator::announce_locked() {
    for (auto& report : reports_) {
        report.reset();
    }
    under_way_ = true;
    announced_.store(announced_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

void Coordinator::announce() {
    const std::lock_guard lock(mutex_);
    if (!under_way_ && final_ == 0 && active_sources_ > 0 && !aborted_) {
        announce_locked();
        idle_.notify_all();
    }
}

bool Coordinator::complete_locked() const {
    if (!under_way_) {
        return false;
    }
    for (std::size_t node = 0; node < reports_.size(); ++node) {
        if (!reports_[node] && !ended_[node]) {
            return false;
        }
    }
    return true;
}

std::optional<Coordinator::Epoch> Coordinator::complete() const {
    const std::lock_guard lock(mutex_);
    if (!complete_locked()) {
        return std::nullopt;
    }
    Epoch epoch{announced_.load(std::memory_order_relaxed), reports_, !broken()};
    for (std::size_t node = 0; node < ended_.size(); ++node) {
        if (!epoch.nodes[node]) {
            epoch.nodes[node] = ended_[node];
        }
    }
    return epoch;
}

void Coordinator::stored() {
    {
        const std::lock_guard lock(mutex_);
        under_way_ = false;
    }
    idle_.notify_all();
}

std::optional<std::uint64_t> Coordinator::end_source(std::uint64_t last_barrier, bool stop) {
    std::unique_lock lock(mutex_);
    const auto announced = [this] { return announced_.load(std::memory_order_relaxed); };
    if (announced() != last_barrier) {
        return announced();
    }
    const bool ends_now = aborted_ || final_ != 0 || (!stop && active_sources_ > 1);
    if (!ends_now) {
        // The host may announce the next epoch before this thread sees that the last one is stored;
        // then this source has to take part in it first.
        idle_.wait(lock, [&] {
            return aborted_ || !under_way_ || final_ != 0 || announced() != last_barrier;
        });
        if (!aborted_ && !under_way_ && final_ == 0) {
            announce_locked();
            final_ = announced();
        }
        if (announced() != last_barrier && !aborted_) {
            return announced();
        }
    }
    --active_sources_;
    return std::nullopt;
}

void Coordinator::report(std::size_t node, std::uint64_t epoch, NodeState state) {
    {
        const std::lock_guard lock(mutex_);
        if (!under_way_ || epoch != announced_.load(std::memory_order_relaxed)) {
            return;
        }
        reports_[node] = std::move(state);
    }
    ring_if_complete();
}

void Coordinator::ended(std::size_t node, NodeState state) {
    {
        const std::lock_guard lock(mutex_);
        ended_[node] = std::move(state);
    }
    ring_if_complete();
}

void Coordinator::failed(std::size_t node, bool is_active_source) {
    {
        const std::lock_guard lock(mutex_);
        broken_.store(true, std::memory_order_relaxed);
        ended_[node] = NodeState{};
        if (is_active_source) {
            --active_sources_;
        }
    }
    ring_if_complete();
}

void Coordinator::ring_if_complete() {
    bool complete = false;
    {
        const std::lock_guard lock(mutex_);
        complete = complete_locked();
    }
    if (complete) {
        ring_();
    }
}

void Coordinator::abort() {
    {
        const std::lock_guard lock(mutex_);
        aborted_ = true;
    }
    idle_.notify_all();
}

}  // namespace tsflow
