#include "indicators/relative_volume.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include "indicators/window.hpp"

namespace tsflow::market {

namespace {

std::string_view as_bytes(const std::vector<float>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

void restore_values(StateReader& state, std::vector<float>& values) {
    const std::string_view bytes = state.text();
    if (bytes.size() != values.size() * sizeof(float)) {
        throw Error("saved volumes of " + std::to_string(bytes.size() / sizeof(float)) +
                    " slots do not fit " + std::to_string(values.size()));
    }
    std::memcpy(values.data(), bytes.data(), bytes.size());
}

}  // namespace

RelativeVolume::RelativeVolume(const RelativeVolumeConfig& config)
    : config_(config), base_((minutes + config.minutes_per_slot - 1) / config.minutes_per_slot) {
    past_.resize(config.sessions * base_.size());
}

void RelativeVolume::begin_session(bool early_close) {
    std::vector<float>{}.swap(today_);
    total_ = 0;
    last_slot_ = 0;
    early_close_ = early_close;
}

void RelativeVolume::end_session() {
    if (!early_close_) {
        today_.resize(slots());
        std::copy(today_.begin(), today_.end(),
                  past_.begin() + static_cast<std::ptrdiff_t>(next_ * slots()));
        next_ = next_ + 1 == config_.sessions ? 0 : next_ + 1;
        sessions_ = std::min(sessions_ + 1, config_.sessions);
        rebuild_base();
    }
    begin_session(false);
}

void RelativeVolume::add(std::size_t minute, double volume) {
    if (minute >= minutes) {
        return;
    }
    today_.resize(slots());
    const std::size_t slot = minute / config_.minutes_per_slot;
    const double before = today_[slot];
    today_[slot] = static_cast<float>(before + volume);
    total_ += static_cast<double>(today_[slot]) - before;
    last_slot_ = std::max(last_slot_, slot);
}

std::size_t RelativeVolume::slots_until(std::size_t minute) const noexcept {
    const std::size_t end = early_close_ ? early_close_minutes : minutes;
    if (sessions_ < config_.sessions || minute >= end) {
        return 0;
    }
    return (minute + 1) / config_.minutes_per_slot;
}

double RelativeVolume::cumulative(std::size_t minute) const noexcept {
    const std::size_t until = slots_until(minute);
    if (until == 0) {
        return unknown;
    }
    const double today =
        last_slot_ < until
            ? total_
            : std::accumulate(today_.begin(), today_.begin() + static_cast<std::ptrdiff_t>(until),
                              0.0);
    return cumulative(minute, today);
}

double RelativeVolume::cumulative(std::size_t minute, double until_slot) const noexcept {
    const std::size_t until = slots_until(minute);
    return until == 0 ? unknown : relative(until_slot, base_[until - 1]);
}

double RelativeVolume::bar(std::size_t minute) const noexcept {
    const std::size_t until = slots_until(minute);
    return until == 0 ? unknown : bar(minute, today_.empty() ? 0 : today_[until - 1]);
}

double RelativeVolume::bar(std::size_t minute, double slot) const noexcept {
    const std::size_t until = slots_until(minute);
    if (until == 0) {
        return unknown;
    }
    return relative(slot, base_[until - 1] - (until == 1 ? 0 : base_[until - 2]));
}

double RelativeVolume::whole_day() const noexcept {
    const bool comparable = sessions_ == config_.sessions && !early_close_;
    return comparable ? relative(total_, base_.back()) : unknown;
}

void RelativeVolume::apply_split(double ratio) {
    const auto adjust = [ratio](float& volume) { volume = static_cast<float>(volume * ratio); };
    std::for_each(past_.begin(), past_.end(), adjust);
    std::for_each(today_.begin(), today_.end(), adjust);
    total_ = std::accumulate(today_.begin(), today_.end(), 0.0);
    rebuild_base();
}

void RelativeVolume::rebuild_base() {
    double sum = 0;
    for (std::size_t slot = 0; slot < slots(); ++slot) {
        for (std::size_t session = 0; session < sessions_; ++session) {
            sum += past_[session * slots() + slot];
        }
        base_[slot] = sum;
    }
}

void RelativeVolume::save(StateWriter& state) const {
    state.text(as_bytes(past_));
    state.text(as_bytes(today_.empty() ? std::vector<float>(slots()) : today_));
    state.real(total_);
    state.integer(static_cast<std::int64_t>(last_slot_));
    state.integer(static_cast<std::int64_t>(sessions_));
    state.integer(static_cast<std::int64_t>(next_));
    state.boolean(early_close_);
}

void RelativeVolume::restore(StateReader& state) {
    restore_values(state, past_);
    today_.resize(slots());
    restore_values(state, today_);
    total_ = state.real();
    last_slot_ = static_cast<std::size_t>(state.integer());
    sessions_ = static_cast<std::size_t>(state.integer());
    next_ = static_cast<std::size_t>(state.integer());
    early_close_ = state.boolean();
    rebuild_base();
}

}  // namespace tsflow::market
