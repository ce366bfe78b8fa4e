#include "ticks.hpp"

namespace tsflow::massive_sim {

bool Ticks::wanted() const {
    return false;
}

std::int64_t Ticks::slice_ms() const {
    return 60'000;
}

void Ticks::play(std::int64_t minute, std::int64_t, std::int64_t, Events&) {
    enter(minute);
}

void Ticks::enter(std::int64_t minute) {
    minute_ = minute;
}

}  // namespace tsflow::massive_sim
