#include "runtime/tap.hpp"

#include <utility>

namespace tsflow {

void Tap::offer(const Batch& batch) {
    const std::lock_guard lock(mutex_);
    if (batches_.size() < most_batches_) {
        batches_.push_back(batch);
    } else {
        missed_.fetch_add(batch.rows(), std::memory_order_relaxed);
    }
}

std::vector<Batch> Tap::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(batches_, {});
}

void TapPoint::add(std::shared_ptr<Tap> tap) {
    const std::lock_guard lock(mutex_);
    taps_.push_back(std::move(tap));
    tapped_ = true;
}

void TapPoint::remove(const Tap& tap) {
    const std::lock_guard lock(mutex_);
    std::erase_if(taps_, [&](const auto& other) { return other.get() == &tap; });
    tapped_ = !taps_.empty();
}

void TapPoint::offer_to_all(const Batch& batch) {
    const std::lock_guard lock(mutex_);
    for (const auto& tap : taps_) {
        tap->offer(batch);
    }
}

}  // namespace tsflow
