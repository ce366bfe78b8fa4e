#include "indicators/rotation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tsflow::market {

namespace {

constexpr double centre = 100;

/// The mean of the newest n - 1 values and `last`; unknown without them.
double mean_with(const Window<double>& values, std::size_t n, double last) {
    return values.size() + 1 < n ? unknown : (values.sum(n - 1) + last) / static_cast<double>(n);
}

/// How many deviations (by n) `last` is from that mean.
double z_with(const Window<double>& values, std::size_t n, double last) {
    const double mean = mean_with(values, n, last);
    if (!known(mean)) {
        return unknown;
    }
    double squares = (last - mean) * (last - mean);
    for (std::size_t age = 0; age + 1 < n; ++age) {
        const double distance = values.back(age) - mean;
        squares += distance * distance;
    }
    return quotient(last - mean, std::sqrt(squares / static_cast<double>(n)));
}

Quadrant quadrant_of_sides(bool strong, bool rising) noexcept {
    if (strong) {
        return rising ? Quadrant::leading : Quadrant::weakening;
    }
    return rising ? Quadrant::improving : Quadrant::lagging;
}

}  // namespace

double RotationPoint::distance() const noexcept {
    return std::hypot(ratio - centre, momentum - centre);
}

double RotationPoint::heading(const RotationPoint& before) const noexcept {
    const double dx = ratio - before.ratio;
    const double dy = momentum - before.momentum;
    if (!known(dx) || !known(dy) || (dx == 0 && dy == 0)) {
        return unknown;
    }
    const double degrees = std::atan2(dx, dy) * 180 / std::numbers::pi;
    return degrees < 0 ? degrees + 360 : degrees;
}

Rotation::Rotation(const RotationConfig& config)
    : config_(config),
      strengths_(config.n),
      xs_(config.method == RotationMethod::ratio ? config.m : config.k),
      changes_(config.n) {}

double Rotation::x_of(double strength) const {
    if (config_.method == RotationMethod::ratio) {
        return 100 * quotient(strength, mean_with(strengths_, config_.n, strength));
    }
    return centre + z_with(strengths_, config_.n, strength);
}

double Rotation::change_of(double x) const {
    return xs_.size() < config_.k ? unknown : quotient(x, xs_.back(config_.k - 1)) - 1;
}

double Rotation::y_of(double x) const {
    if (config_.method == RotationMethod::ratio) {
        return 100 * quotient(x, mean_with(xs_, config_.m, x));
    }
    return centre + z_with(changes_, config_.n, change_of(x));
}

RotationPoint Rotation::live(double sector, double benchmark) const {
    const double x = x_of(quotient(sector, benchmark));
    return {x, y_of(x)};
}

void Rotation::commit(double sector, double benchmark) {
    const double strength = quotient(sector, benchmark);
    if (!known(strength)) {
        return;
    }
    const RotationPoint point = live(sector, benchmark);
    strengths_.push(strength);
    if (known(point.ratio)) {
        if (config_.method == RotationMethod::zscore && known(change_of(point.ratio))) {
            changes_.push(change_of(point.ratio));
        }
        xs_.push(point.ratio);
    }
    if (point.is_known()) {
        tail_.push_back(point);
        if (tail_.size() > config_.tail) {
            tail_.erase(tail_.begin());
        }
    }
}

void Rotation::save(StateWriter& state) const {
    strengths_.save(state);
    xs_.save(state);
    changes_.save(state);
    state.integer(static_cast<std::int64_t>(tail_.size()));
    for (const RotationPoint& point : tail_) {
        state.real(point.ratio);
        state.real(point.momentum);
    }
}

void Rotation::restore(StateReader& state) {
    strengths_.restore(state);
    xs_.restore(state);
    changes_.restore(state);
    tail_.resize(static_cast<std::size_t>(state.integer()));
    for (RotationPoint& point : tail_) {
        point.ratio = state.real();
        point.momentum = state.real();
    }
}

Quadrant quadrant_of(const RotationPoint& point) noexcept {
    return point.is_known() ? quadrant_of_sides(point.ratio >= centre, point.momentum >= centre)
                            : Quadrant::none;
}

Quadrant QuadrantTracker::candidate(const RotationPoint& point) const noexcept {
    if (quadrant_ == Quadrant::none || !point.is_known()) {
        return quadrant_of(point);
    }
    const auto side = [this](double value, bool above) {
        return above ? value >= centre - band_ : value >= centre + band_;
    };
    const bool strong = quadrant_ == Quadrant::leading || quadrant_ == Quadrant::weakening;
    const bool rising = quadrant_ == Quadrant::leading || quadrant_ == Quadrant::improving;
    return quadrant_of_sides(side(point.ratio, strong), side(point.momentum, rising));
}

bool QuadrantTracker::commit(const RotationPoint& point) noexcept {
    if (!point.is_known()) {
        return false;
    }
    const Quadrant next = candidate(point);
    if (next == quadrant_) {
        pending_ = Quadrant::none;
        pending_count_ = 0;
        ++age_;
        return false;
    }
    pending_count_ = next == pending_ ? pending_count_ + 1 : 1;
    pending_ = next;
    if (pending_count_ < confirm_ && quadrant_ != Quadrant::none) {
        ++age_;
        return false;
    }
    quadrant_ = next;
    pending_ = Quadrant::none;
    pending_count_ = 0;
    age_ = 1;
    return true;
}

void QuadrantTracker::save(StateWriter& state) const {
    state.integer(static_cast<std::int64_t>(quadrant_));
    state.integer(static_cast<std::int64_t>(pending_));
    state.integer(pending_count_);
    state.integer(age_);
}

void QuadrantTracker::restore(StateReader& state) {
    quadrant_ = static_cast<Quadrant>(state.integer());
    pending_ = static_cast<Quadrant>(state.integer());
    pending_count_ = static_cast<std::int32_t>(state.integer());
    age_ = static_cast<std::int32_t>(state.integer());
}

}  // namespace tsflow::market
