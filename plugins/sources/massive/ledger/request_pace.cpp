#include "request_pace.hpp"

#include <algorithm>

namespace tsflow::massive {
namespace {

constexpr Duration minute = std::chrono::minutes{1};
constexpr Duration first_back_off = std::chrono::milliseconds{500};
constexpr Duration longest_back_off = std::chrono::seconds{60};
/// So many failures in a row may be those of single orders.
constexpr unsigned patience = 3;

}  // namespace

Timestamp RequestPace::earliest() const {
    if (requests_per_minute_ == 0 || sent_.size() < requests_per_minute_) {
        return paused_until_;
    }
    return std::max(paused_until_, sent_.front() + minute);
}

void RequestPace::sent(Timestamp now) {
    if (requests_per_minute_ > 0) {
        sent_.push_back(now);
        if (sent_.size() > requests_per_minute_) {
            sent_.pop_front();
        }
    }
}

void RequestPace::failed(Timestamp now) {
    ++failures_;
    if (failures_ > patience) {
        pause_until(now + back_off(failures_ - patience));
    }
}

void RequestPace::pause_until(Timestamp time) {
    paused_until_ = std::max(paused_until_, time);
}

Duration RequestPace::back_off(unsigned failures) {
    Duration limit = first_back_off;
    for (unsigned i = 1; i < failures && limit < longest_back_off; ++i) {
        limit *= 2;
    }
    limit = std::min(limit, longest_back_off);
    return Duration{std::uniform_int_distribution<std::int64_t>{0, limit.count()}(random_)};
}

}  // namespace tsflow::massive
