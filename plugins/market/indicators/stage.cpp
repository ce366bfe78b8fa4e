#include "indicators/stage.hpp"

#include <cmath>

namespace tsflow::market {

StageMachine::StageMachine(const StageConfig& config)
    : config_(config), closes_(config.average + config.slope_periods + config.correctable) {}

bool StageReading::near_average(const StageConfig& config) const noexcept {
    return std::abs(distance) < config.distance;
}

/// Of a period where the one before it is `newest` periods before the newest committed one.
StageMachine::Sums StageMachine::sums(std::size_t newest) const noexcept {
    Sums sums;
    if (closes_.size() + 1 < config_.average + config_.slope_periods + newest) {
        return sums;
    }
    sums = {0, 0};
    for (std::size_t age = 0; age + 1 < config_.average; ++age) {
        sums.others += closes_.back(newest + age);
    }
    for (std::size_t age = 0; age < config_.average; ++age) {
        sums.earlier += closes_.back(newest + config_.slope_periods - 1 + age);
    }
    return sums;
}

StageReading StageMachine::read(double close, const Sums& sums) const noexcept {
    StageReading reading;
    if (known(close) && known(sums.others)) {
        const double sum = close + sums.others;
        reading.average = sum / static_cast<double>(config_.average);
        reading.slope = sum / sums.earlier - 1;
        reading.distance = close / reading.average - 1;
    }
    return reading;
}

Stage StageMachine::target(const StageReading& reading) const noexcept {
    const double s = reading.slope;
    const double d = reading.distance;
    const Stage stage = now_.stage;
    if (!known(s)) {
        return stage;
    }
    if (s >= config_.slope && d >= config_.distance) {
        return Stage::advancing;
    }
    if (s <= -config_.slope && d <= -config_.distance) {
        return Stage::declining;
    }
    const bool flat = std::abs(s) < config_.slope / 2;
    if (stage == Stage::advancing && (flat || s < 0 || d <= -config_.distance)) {
        return Stage::topping;
    }
    if (stage == Stage::declining && (flat || s > 0 || d >= config_.distance)) {
        return Stage::basing;
    }
    return stage;
}

StageReading StageMachine::live(double close) const {
    StageReading reading = read(close, running_);
    reading.target = target(reading);
    return reading;
}

void StageMachine::step(double close, std::size_t newest) {
    reading_ = read(close, sums(newest));
    const Stage next = target(reading_);
    reading_.target = next;
    if (next == now_.stage) {
        now_.pending_count = 0;
        now_.periods += now_.stage == Stage::undetermined ? 0 : 1;
        return;
    }
    now_.pending_count =
        next == now_.pending && now_.pending_count > 0 ? now_.pending_count + 1 : 1;
    now_.pending = next;
    const std::int32_t needed = now_.stage == Stage::undetermined ? 1 : config_.confirm;
    if (now_.pending_count >= needed) {
        now_ = {next, next, 0, 1};
    } else {
        ++now_.periods;
    }
}

bool StageMachine::commit(double close) {
    if (!known(close)) {
        return false;
    }
    if (before_.size() == config_.correctable) {
        before_.erase(before_.begin());
    }
    before_.push_back(now_);
    const Stage stage = now_.stage;
    step(close, 0);
    closes_.push(close);
    running_ = sums(0);
    return now_.stage != stage;
}

Stage StageMachine::pending() const noexcept {
    return now_.pending_count > 0 ? now_.pending : now_.stage;
}

bool StageMachine::correct(std::size_t age, double close) {
    if (age >= before_.size() || !known(close)) {
        return false;
    }
    closes_.back(age) = close;
    now_ = before_[before_.size() - 1 - age];
    for (std::size_t at = age;; --at) {
        before_[before_.size() - 1 - at] = now_;
        step(closes_.back(at), at + 1);
        if (at == 0) {
            running_ = sums(0);
            return true;
        }
    }
}

void StageMachine::apply_split(double ratio) {
    closes_.change_each([ratio](double close) { return close / ratio; });
    running_ = sums(0);
    reading_.average /= ratio;
}

void StageMachine::save(StateWriter& state) const {
    const auto save_state = [&state](const State& saved) {
        state.integer(static_cast<std::int64_t>(saved.stage));
        state.integer(static_cast<std::int64_t>(saved.pending));
        state.integer(saved.pending_count);
        state.integer(saved.periods);
    };
    closes_.save(state);
    state.integer(static_cast<std::int64_t>(before_.size()));
    for (const State& saved : before_) {
        save_state(saved);
    }
    save_state(now_);
    state.real(reading_.average);
    state.real(reading_.slope);
    state.real(reading_.distance);
    state.integer(static_cast<std::int64_t>(reading_.target));
}

void StageMachine::restore(StateReader& state) {
    const auto restore_state = [&state](State& saved) {
        saved.stage = static_cast<Stage>(state.integer());
        saved.pending = static_cast<Stage>(state.integer());
        saved.pending_count = static_cast<std::int32_t>(state.integer());
        saved.periods = static_cast<std::int32_t>(state.integer());
    };
    closes_.restore(state);
    running_ = sums(0);
    before_.resize(static_cast<std::size_t>(state.integer()));
    for (State& saved : before_) {
        restore_state(saved);
    }
    restore_state(now_);
    reading_.average = state.real();
    reading_.slope = state.real();
    reading_.distance = state.real();
    reading_.target = static_cast<Stage>(state.integer());
}

double WeekVolume::live(double volume) const noexcept {
    if (!weeks_.full()) {
        return unknown;
    }
    return quotient(volume, weeks_.sum(weeks_.size()) / static_cast<double>(weeks_.size()));
}

void WeekVolume::commit(double volume) {
    value_ = live(volume);
    weeks_.push(volume);
}

void WeekVolume::apply_split(double ratio) {
    weeks_.change_each([ratio](double volume) { return volume * ratio; });
}

void WeekVolume::save(StateWriter& state) const {
    weeks_.save(state);
    state.real(value_);
}

void WeekVolume::restore(StateReader& state) {
    weeks_.restore(state);
    value_ = state.real();
}

}  // namespace tsflow::market
