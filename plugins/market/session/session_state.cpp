// What a SessionNode must know to go on after a restart.

#include <algorithm>
#include <string>

#include "session/session_node.hpp"
#include "tsflow/error.hpp"

namespace tsflow::market {

namespace {

constexpr std::int64_t version = 4;

}  // namespace

void SessionNode::forget() {
    previous_close_.clear();
    minutes_.reset();
    clear();
    make_room();
}

void SessionNode::save_closes(StateWriter& state) const {
    state.integer(static_cast<std::int64_t>(previous_close_.size()));
    for (const double close : previous_close_) {
        state.real(close);
    }
}

void SessionNode::load_closes(StateReader& state) {
    const auto count = static_cast<std::size_t>(state.integer());
    if (count > previous_close_.size()) {
        throw Error("the saved state has more closes than symbols");
    }
    for (std::size_t slot = 0; slot < count; ++slot) {
        previous_close_[slot] = state.real();
    }
}

void SessionNode::snapshot(StateWriter& state) const {
    state.integer(version);
    members_.save(state);
    save_closes(state);
    daily_.save(state);
    past_.save(state);
    state.boolean(quiet_before_.has_value());
    save_date(state, quiet_before_.value_or(Date{}));
    state.integer(static_cast<std::int64_t>(waiting_.size()));
    for (const auto& [date, bars] : waiting_) {
        save_date(state, date);
        state.integer(static_cast<std::int64_t>(bars.size()));
        for (const Waiting& waiting : bars) {
            state.integer(waiting.slot);
            state.integer(waiting.minute);
            for (const double price :
                 {waiting.bar.open, waiting.bar.high, waiting.bar.low, waiting.bar.close}) {
                state.real(price);
            }
            state.integer(waiting.bar.volume);
            state.integer(waiting.bar.notional);
            state.real(waiting.day_volume);
        }
    }
    state.boolean(daily_over_);
    state.integer(watermark_);
    state.integer(sequence_);
    state.boolean(last_day_.has_value());
    save_date(state, last_day_.value_or(Date{}));
    state.boolean(open_.has_value());
    if (open_) {
        save_day(state);
    }
    save(state);
    if (open_) {
        minutes_.save(state);
    }
}

void SessionNode::restore(StateReader& state) {
    if (const std::int64_t found = state.integer(); found != version) {
        throw Error("the saved state is of version " + std::to_string(found) +
                    ", and this one reads " + std::to_string(version) +
                    "; start without the old checkpoint");
    }
    members_.restore(state);
    forget();
    load_closes(state);
    daily_.restore(state);
    past_.restore(state);
    const bool is_quiet = state.boolean();
    const Date quiet_before = restored_date(state);
    quiet_before_ = is_quiet ? std::optional{quiet_before} : std::nullopt;
    waiting_.clear();
    for (std::int64_t days = state.integer(); days > 0; --days) {
        std::vector<Waiting>& bars = waiting_[restored_date(state)];
        for (std::int64_t rows = state.integer(); rows > 0; --rows) {
            Waiting& waiting = bars.emplace_back();
            waiting.slot = static_cast<Slot>(state.integer());
            waiting.minute = static_cast<int>(state.integer());
            for (double* price :
                 {&waiting.bar.open, &waiting.bar.high, &waiting.bar.low, &waiting.bar.close}) {
                *price = state.real();
            }
            waiting.bar.volume = state.integer();
            waiting.bar.notional = state.integer();
            waiting.day_volume = state.real();
        }
    }
    daily_over_ = state.boolean();
    watermark_ = state.integer();
    sequence_ = state.integer();
    const bool has_last_day = state.boolean();
    const Date last_day = restored_date(state);
    last_day_ = has_last_day ? std::optional{last_day} : std::nullopt;
    open_.reset();
    if (state.boolean()) {
        load_day(state);
    } else {
        load(state);
    }
}

void SessionNode::save_day(StateWriter& state) const {
    save_date(state, open_->day.date);
    state.integer(complete_.until());
    state.integer(static_cast<std::int64_t>(live_news_));
    state.integer(static_cast<std::int64_t>(complete_news_));
    state.integer(static_cast<std::int64_t>(live_status_));
    state.integer(static_cast<std::int64_t>(revisions_.size()));
    for (const auto& universe : revisions_) {
        state.text({reinterpret_cast<const char*>(universe.data()),
                    universe.size() * sizeof(std::int16_t)});
    }
}

void SessionNode::load_day(StateReader& state) {
    const Date date = restored_date(state);
    const auto until = static_cast<int>(state.integer());
    const auto live_news = static_cast<UniverseSet>(state.integer());
    const auto complete_news = static_cast<UniverseSet>(state.integer());
    const auto status = static_cast<Status>(state.integer());
    std::vector<std::string> revisions(static_cast<std::size_t>(state.integer()));
    for (std::string& universe : revisions) {
        universe = state.text();
    }
    load(state);
    open_ = open_day_of(date);
    begin_open_day();
    minutes_.restore(state);
    complete_.show_until(until);
    for (int minute = 0; minute < open_->minutes; ++minute) {
        for (Slot slot = 0; minutes_.bars_of(minute) > 0 && slot < members_.size(); ++slot) {
            if (const std::optional<MinuteBar> bar = minutes_.find(slot, minute)) {
                show(slot, minute, *bar, nullptr);
            }
        }
    }
    live_news_ = live_news;
    complete_news_ = complete_news;
    live_status_ = status;
    if (revisions.size() == revisions_.size()) {
        for (std::size_t i = 0; i < revisions.size(); ++i) {
            auto& universe = revisions_[i];
            std::copy_n(revisions[i].data(),
                        std::min(revisions[i].size(), universe.size() * sizeof(std::int16_t)),
                        reinterpret_cast<char*>(universe.data()));
        }
    }
    day_restored();
}

}  // namespace tsflow::market
