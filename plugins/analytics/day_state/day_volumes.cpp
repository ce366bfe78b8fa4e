#include "day_volumes.hpp"

#include <algorithm>
#include <bit>
#include <string_view>
#include <type_traits>

#include "tsflow/error.hpp"

namespace tsflow::day_state {

using namespace market;

namespace {

constexpr auto live = static_cast<std::size_t>(View::live);
constexpr auto complete = static_cast<std::size_t>(View::complete);

template <class T>
std::string_view bytes_of(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

/// Throws Error when there are more than `most`.
template <class T>
void restore_bytes(std::string_view bytes, std::vector<T>& values, std::size_t most) {
    static_assert(std::is_trivially_copyable_v<T> && std::endian::native == std::endian::little);
    if (bytes.size() > most * sizeof(T)) {
        throw Error("the saved state has more symbols than it names");
    }
    values.resize(std::max(values.size(), bytes.size() / sizeof(T)));
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(values.data()));
}

}  // namespace

void DayVolumes::clear(std::size_t members) {
    slots_.assign(members, {});
    shown_ = -1;
    for (std::vector<Told>& minute : waiting_) {
        minute = {};
    }
}

void DayVolumes::Volumes::take(const Told& told) noexcept {
    if (first_minute < 0) {
        first_minute = told.minute;
        before_first = told.before;
    }
    newest_minute = told.minute;
    newest = told.after;
}

void DayVolumes::take(Slot slot, int minute, Shares volume, double day_volume) {
    for (Volumes& volumes : slots_[slot].by_view) {
        if (minute < volumes.first_minute) {
            volumes.earlier = -1;
        }
    }
    if (!known(day_volume)) {
        return;
    }
    const Shares after = to_shares(day_volume);
    const Told told{after - volume, after, static_cast<std::int16_t>(minute)};
    if (Volumes& volumes = slots_[slot].by_view[live]; minute > volumes.newest_minute) {
        volumes.take(told);
    }
    if (minute > shown_) {
        std::vector<Told>& waiting = waiting_[static_cast<std::size_t>(minute)];
        waiting.resize(slots_.size());
        // Of several versions that which was sent first, in whatever order they came.
        if (waiting[slot].minute < 0 || told.after < waiting[slot].after) {
            waiting[slot] = told;
        }
    }
}

void DayVolumes::show_until(int minute) {
    while (shown_ < minute) {
        std::vector<Told>& waiting = waiting_[static_cast<std::size_t>(++shown_)];
        std::vector<const std::vector<Told>*> later;
        for (auto at = waiting_.begin() + shown_ + 1; at != waiting_.end(); ++at) {
            if (!at->empty()) {
                later.push_back(&*at);
            }
        }
        const auto told_less = [](const std::vector<Told>& minute, Slot slot, const Told& told) {
            return slot < minute.size() && minute[slot].minute >= 0 &&
                   minute[slot].after < told.after;
        };
        for (Slot slot = 0; slot < waiting.size(); ++slot) {
            const Told& told = waiting[slot];
            // One that tells more than a later bar was sent behind that.
            const bool in_order = std::none_of(later.begin(), later.end(), [&](const auto* minute) {
                return told_less(*minute, slot, told);
            });
            if (told.minute >= 0 && in_order) {
                slots_[slot].by_view[complete].take(told);
            }
        }
        waiting = {};
    }
}

double DayVolumes::gap(View view, Slot slot, const DaySoFar& today, const Minutes& minutes) const {
    const Volumes& volumes = slots_[slot].by_view[static_cast<std::size_t>(view)];
    if (volumes.first_minute < 0) {
        return unknown;
    }
    if (volumes.earlier < 0) {
        volumes.earlier = minutes.so_far(slot, volumes.first_minute - 1).volume;
    }
    // An official bar tells the day's volume by itself; what counts here is what came by the minute.
    Shares came = today.official ? minutes.so_far(slot, today.newest_minute).volume : today.volume;
    for (int minute = volumes.newest_minute + 1; minute <= today.newest_minute; ++minute) {
        came -= minutes.volume(slot, minute);
    }
    return to_volume(volumes.newest - volumes.before_first - (came - volumes.earlier));
}

void DayVolumes::save(StateWriter& state) const {
    state.integer(shown_);
    state.text(bytes_of(slots_));
    for (const std::vector<Told>& minute : waiting_) {
        state.text(bytes_of(minute));
    }
}

void DayVolumes::restore(StateReader& state) {
    shown_ = static_cast<int>(state.integer());
    restore_bytes(state.text(), slots_, slots_.size());
    for (std::vector<Told>& minute : waiting_) {
        restore_bytes(state.text(), minute, slots_.size());
    }
}

}  // namespace tsflow::day_state
