#include "session/past_days.hpp"

#include <algorithm>
#include <utility>

namespace tsflow::market {

namespace {

constexpr std::size_t most_bases = 2;

}  // namespace

bool PastDays::reaches(Date date) const noexcept {
    return !bases_.empty() && (!bases_.front().day || date > *bases_.front().day);
}

const DayBar* PastDays::find(Date date, Slot slot) const noexcept {
    const auto day = days_.find(date);
    if (day == days_.end()) {
        return nullptr;
    }
    const auto row =
        std::lower_bound(day->second.rows.begin(), day->second.rows.end(), slot,
                         [](const DailyBars::Row& a, Slot wanted) { return a.slot < wanted; });
    return row != day->second.rows.end() && row->slot == slot ? &row->bar : nullptr;
}

bool PastDays::wants_base() const noexcept {
    return keeps() && (bases_.empty() || since_base_ >= sessions_);
}

void PastDays::add_base(Base base) {
    bases_.push_back(std::move(base));
    since_base_ = 0;
    if (bases_.size() > most_bases) {
        bases_.pop_front();
    }
    if (bases_.front().day) {
        days_.erase(days_.begin(), days_.upper_bound(*bases_.front().day));
    }
}

void PastDays::keep(Date date, std::vector<DailyBars::Row> rows, int times_told) {
    if (!keeps()) {
        return;
    }
    Day& day = days_[date];
    day.rows = std::move(rows);
    day.times_told = times_told;
    ++since_base_;
}

int PastDays::times_told(Date date) const noexcept {
    const auto day = days_.find(date);
    return day == days_.end() ? 0 : day->second.times_told;
}

const PastDays::Base& PastDays::go_back(Date date, DailyBars& waiting) {
    while (bases_.back().day && *bases_.back().day >= date) {
        bases_.pop_back();
    }
    since_base_ = 0;
    const Base& base = bases_.back();
    for (auto& [day, kept] : days_) {
        if (!base.day || day > *base.day) {
            for (const DailyBars::Row& row : std::exchange(kept.rows, {})) {
                waiting.add(day, row.slot, row.bar);
            }
        }
    }
    return base;
}

void PastDays::save(StateWriter& state) const {
    state.integer(static_cast<std::int64_t>(bases_.size()));
    for (const Base& base : bases_) {
        state.boolean(base.day.has_value());
        save_date(state, base.day.value_or(Date{}));
        state.text(base.state);
    }
    state.integer(static_cast<std::int64_t>(days_.size()));
    for (const auto& [date, day] : days_) {
        save_date(state, date);
        save_rows(state, day.rows);
        state.integer(static_cast<std::int64_t>(day.told_of.size()));
        for (const Slot slot : day.told_of) {
            state.integer(slot);
        }
        state.integer(day.times_told);
    }
    state.integer(static_cast<std::int64_t>(since_base_));
}

void PastDays::restore(StateReader& state) {
    bases_.clear();
    for (std::int64_t bases = state.integer(); bases > 0; --bases) {
        Base& base = bases_.emplace_back();
        const bool has_day = state.boolean();
        const Date day = restored_date(state);
        base.day = has_day ? std::optional{day} : std::nullopt;
        base.state = state.text();
    }
    days_.clear();
    for (std::int64_t days = state.integer(); days > 0; --days) {
        Day& day = days_[restored_date(state)];
        day.rows = restored_rows(state);
        day.told_of.resize(static_cast<std::size_t>(state.integer()));
        for (Slot& slot : day.told_of) {
            slot = static_cast<Slot>(state.integer());
        }
        day.times_told = static_cast<int>(state.integer());
    }
    since_base_ = static_cast<std::size_t>(state.integer());
    if (!keeps()) {
        bases_.clear();
        days_.clear();
    }
}

}  // namespace tsflow::market
