#include "net/push_delays.hpp"

#include <algorithm>

namespace tsflow::http {

namespace {

std::int64_t now() noexcept {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

}  // namespace

void PushDelays::written() noexcept {
    if (oldest_.load(std::memory_order_relaxed) == 0) {
        oldest_.store(now(), std::memory_order_relaxed);
    }
}

void PushDelays::pushed() {
    const std::int64_t since = oldest_.exchange(0, std::memory_order_relaxed);
    if (since == 0) {
        return;
    }
    delays_[count_++ % kept] = now() - since;
    const std::size_t size = std::min(count_, kept);
    std::array<std::int64_t, kept> sorted = delays_;
    std::sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(size));
    p50_.set(sorted[(size - 1) / 2]);
    p99_.set(sorted[(size - 1) * 99 / 100]);
}

}  // namespace tsflow::http
