#include "runtime/coordinator.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tsflow {

Coordinator::Coordinator(std::size_t nodes, std::size_t sources, std::uint64_t last_id,
                         bool records, std::function<void()> ring)
    : announced_(last_id),
      broken_(!records),
      ring_(std::move(ring)),
      active_sources_(sources),
      ended_(nodes) {}

void Coordinator::announce_locked() {
    const std::uint64_t id = announced_.load(std::memory_order_relaxed) + 1;
    outstanding_.push_back({id, std::vector<std::optional<NodeState>>(ended_.size())});
    if (outstanding_.size() > most_outstanding) {
        thin_out();
    }
    announced_.store(id, std::memory_order_release);
}

void Coordinator::thin_out() {
    // Neither the first nor the last; of the others the one whose neighbours are closest.
    auto closest = std::next(outstanding_.begin());
    const auto gap = [](auto epoch) { return std::next(epoch)->id - std::prev(epoch)->id; };
    for (auto epoch = closest; std::next(epoch) != outstanding_.end(); ++epoch) {
        if (gap(epoch) < gap(closest)) {
            closest = epoch;
        }
    }
    outstanding_.erase(closest);
}

void Coordinator::announce() {
    const std::lock_guard lock(mutex_);
    if (final_ == 0 && active_sources_ > 0) {
        announce_locked();
    }
}

bool Coordinator::complete(const Outstanding& epoch) const {
    for (std::size_t node = 0; node < ended_.size(); ++node) {
        if (!epoch.reports[node] && !ended_[node]) {
            return false;
        }
    }
    return true;
}

std::optional<Coordinator::Epoch> Coordinator::take_complete() {
    const std::lock_guard lock(mutex_);
    const auto newest = std::find_if(outstanding_.rbegin(), outstanding_.rend(),
                                     [this](const Outstanding& epoch) { return complete(epoch); });
    if (newest == outstanding_.rend()) {
        return std::nullopt;
    }
    Epoch epoch{newest->id, std::move(newest->reports), !broken()};
    for (std::size_t node = 0; node < ended_.size(); ++node) {
        if (!epoch.nodes[node]) {
            epoch.nodes[node] = ended_[node];
        }
    }
    outstanding_.erase(outstanding_.begin(), newest.base());
    return epoch;
}

std::optional<std::uint64_t> Coordinator::next_locked(std::uint64_t last_barrier) const {
    const auto next =
        std::find_if(outstanding_.begin(), outstanding_.end(),
                     [=](const Outstanding& epoch) { return epoch.id > last_barrier; });
    return next != outstanding_.end() ? std::optional{next->id} : std::nullopt;
}

std::optional<std::uint64_t> Coordinator::next_barrier(std::uint64_t last_barrier) const {
    const std::lock_guard lock(mutex_);
    return next_locked(last_barrier);
}

std::optional<std::uint64_t> Coordinator::end_source(std::uint64_t last_barrier, bool stop) {
    const std::lock_guard lock(mutex_);
    if (const auto next = next_locked(last_barrier)) {
        return next;
    }
    if (final_ == 0 && (stop || active_sources_ == 1)) {
        announce_locked();
        final_ = announced_.load(std::memory_order_relaxed);
        return final_;
    }
    --active_sources_;
    return std::nullopt;
}

bool Coordinator::outstanding(std::uint64_t epoch) const {
    const std::lock_guard lock(mutex_);
    return std::any_of(outstanding_.begin(), outstanding_.end(),
                       [=](const Outstanding& o) { return o.id == epoch; });
}

void Coordinator::report(std::size_t node, std::uint64_t epoch, NodeState state) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = std::find_if(outstanding_.begin(), outstanding_.end(),
                                        [=](const Outstanding& o) { return o.id == epoch; });
        if (found == outstanding_.end()) {
            return;
        }
        found->reports[node] = std::move(state);
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
    bool any = false;
    {
        const std::lock_guard lock(mutex_);
        // Barriers come in order, so the oldest is complete first.
        any = !outstanding_.empty() && complete(outstanding_.front());
    }
    if (any) {
        ring_();
    }
}

}  // namespace tsflow
