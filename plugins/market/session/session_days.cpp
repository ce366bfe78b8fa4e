// The life of a trading day in a SessionNode.

#include <algorithm>
#include <limits>

#include "session/session_node.hpp"
#include "tsflow/context.hpp"

namespace tsflow::market {

namespace {

constexpr std::int64_t minute_ns = 60'000'000'000;
constexpr std::int64_t end_of_time = std::numeric_limits<std::int64_t>::max();

std::int64_t nanoseconds(Timestamp time) {
    return time.time_since_epoch().count();
}

/// For rows that went out before and are the same again.
class Nowhere final : public Emitter {
public:
    void emit(Batch /*batch*/, std::size_t /*port*/) override {}
    void watermark(Timestamp /*time*/) override {}
};

}  // namespace

SessionNode::OpenDay SessionNode::open_day_of(Date date) const {
    OpenDay open;
    open.day = *calendar_->day(date);
    open.open = nanoseconds(open.day.regular.open);
    open.close = nanoseconds(open.day.regular.close) +
                 (config_.include_closing_bar && has_bars_ ? minute_ns : 0);
    open.minutes = static_cast<int>((open.close - open.open) / minute_ns);
    return open;
}

void SessionNode::take_elsewhere(Slot slot, Timestamp time, const MinuteBar& bar, double day_volume,
                                 Emitter& out) {
    if (time < Timestamp{calendar_->first()} || time >= Timestamp{calendar_->last()}) {
        counters_.rejected->add();
        return;
    }
    const Date date = calendar_->trade_date(time);
    if (is_over(date)) {
        counters_.too_late->add();
        return;
    }
    const OpenDay day = open_day_of(date);
    const std::int64_t ns = nanoseconds(time);
    if (ns < day.open || ns >= day.close) {
        counters_.outside->add();
        return;
    }
    const Waiting waiting{slot, static_cast<int>((ns - day.open) / minute_ns), bar, day_volume};
    if (!warm() || !live()) {
        waiting_[date].push_back(waiting);
        return;
    }
    // Live, nobody waits for a watermark that an old hole may hold back: a new day ends those before.
    run_days(day.open, out);
    if (!open_) {
        open_day(date);
    }
    put(waiting);
}

void SessionNode::put(const Waiting& waiting) {
    const auto& [slot, minute, bar, day_volume] = waiting;
    take_day_volume(slot, minute, bar.volume, day_volume);
    MinuteBar old;
    switch (minutes_.put(slot, minute, bar, old)) {
        case Minutes::Put::repeated:
            counters_.repeated->add();
            break;
        case Minutes::Put::added:
            show(slot, minute, bar, nullptr);
            break;
        case Minutes::Put::replaced:
            counters_.corrected->add();
            show(slot, minute, bar, &old);
            break;
    }
}

void SessionNode::show(Slot slot, int minute, const MinuteBar& bar, const MinuteBar* old) {
    if (live()) {
        const DaySoFar before = live_[slot];
        live_.take(slot, minute, bar, old, minutes_);
        changed(View::live, slot, before, live_[slot]);
        live_news_ |= members_.universes_of(slot);
        if (minute > live_minute_) {
            live_minute_ = minute;
            live_status_ = Status::provisional;
        }
    }
    if (complete_.shows(minute)) {
        const DaySoFar before = complete_[slot];
        complete_.take(slot, minute, bar, old, minutes_);
        changed(View::complete, slot, before, complete_[slot]);
        complete_news_ |= members_.universes_of(slot);
    }
}

std::optional<Date> SessionNode::next_day() const {
    std::optional<Date> next = daily_.first();
    if (!waiting_.empty() && (!next || waiting_.begin()->first < *next)) {
        next = waiting_.begin()->first;
    }
    return next;
}

void SessionNode::run_days(std::int64_t until, Emitter& out) {
    while (warm()) {
        if (!open_) {
            const std::optional<Date> next = next_day();
            // Before its open, bars of an earlier day may still come.
            if (!next || nanoseconds(calendar_->day(*next)->regular.open) > until) {
                return;
            }
            open_day(*next);
        }
        if (until < open_->open) {
            return;
        }
        const std::int64_t passed = (std::min(until, open_->close) - open_->open) / minute_ns;
        complete_until(static_cast<int>(passed) - 1, out);
        if (until < open_->close) {
            return;
        }
        close_day(out);
    }
}

void SessionNode::split_until(Date date) {
    if (!last_day_) {
        return;  // nothing is kept yet
    }
    const auto after = [](Date day, const Split& split) { return day < split.ex_date; };
    auto split = std::upper_bound(splits_.begin(), splits_.end(), *last_day_, after);
    for (; split != splits_.end() && split->ex_date <= date; ++split) {
        if (const Slot slot = members_.find(split->symbol); slot != no_slot) {
            previous_close_[slot] /= split->ratio;
            apply_split(slot, split->ratio);
        }
    }
}

void SessionNode::open_day(Date date) {
    read_files_again();
    if (past_.wants_base()) {
        past_.add_base({last_day_, committed_state()});
    }
    split_until(date);
    open_ = open_day_of(date);
    begin_open_day();
    if (const auto found = waiting_.find(date); found != waiting_.end()) {
        for (const Waiting& waiting : found->second) {
            put(waiting);
        }
        waiting_.erase(found);
    }
}

void SessionNode::begin_open_day() {
    times_told_ = past_.times_told(open_->day.date);
    minutes_.clear();
    live_.clear(DayView::all_minutes);
    complete_.clear(-1);
    live_news_ = 0;
    complete_news_ = 0;
    live_minute_ = -1;
    live_status_ = Status::provisional;
    revisions_.assign(members_.universes(),
                      std::vector<std::int16_t>(static_cast<std::size_t>(open_->minutes),
                                                static_cast<std::int16_t>(times_told_)));
    begin_day(open_->day);
}

void SessionNode::complete_until(int last, Emitter& out) {
    for (int minute = complete_.until() + 1; minute <= last; ++minute) {
        complete_.show_until(minute);
        const Slot slots = minutes_.bars_of(minute) == 0 ? 0 : minutes_.size();
        for (Slot slot = 0; slot < slots; ++slot) {
            constexpr Slot ahead = 8;
            if (slot + ahead < slots) {
                complete_.fetch(slot + ahead);
                minutes_.fetch_bar(slot + ahead, minute);
                fetch(slot + ahead);
            }
            const std::optional<MinuteBar> bar = minutes_.find(slot, minute);
            if (!bar) {
                continue;
            }
            const DaySoFar before = complete_[slot];
            complete_.take(slot, minute, *bar, nullptr, minutes_);
            changed(View::complete, slot, before, complete_[slot]);
            complete_news_ |= members_.universes_of(slot);
        }
        if (complete_news_ != 0) {
            emit(View::complete, Status::final, minute, complete_news_, out);
            complete_news_ = 0;
        }
    }
}

void SessionNode::close_day(Emitter& out) {
    const Date date = open_->day.date;
    UniverseSet news = 0;
    std::vector<DailyBars::Row> rows = daily_.take(date);
    for (const DailyBars::Row& row : rows) {
        const DaySoFar before = complete_[row.slot];
        complete_.set(row.slot, before.with_official(row.bar));
        changed(View::complete, row.slot, before, complete_[row.slot]);
        news |= members_.universes_of(row.slot);
    }
    Nowhere nowhere;
    const bool quiet = quiet_before_ && date < *quiet_before_;
    Emitter& to = quiet ? nowhere : out;
    int told = 0;
    // A day of the warm-up, without minutes, is no news.
    if (news != 0 && (!has_bars_ || !minutes_.empty())) {
        emit(View::complete, Status::reconciled, open_->minutes - 1, news, to);
        ++told;
    }
    commit(open_->day);
    if (!has_bars_ || !minutes_.empty()) {
        told += tell_commit(news != 0 ? Status::reconciled : Status::final, to) ? 1 : 0;
    }
    past_.keep(date, std::move(rows), quiet ? times_told_ : times_told_ + told);
    for (Slot slot = 0; slot < members_.size(); ++slot) {
        if (complete_[slot].traded()) {
            previous_close_[slot] = complete_[slot].close;
        }
    }
    last_day_ = date;
    open_.reset();
    if (!quiet) {
        quiet_before_.reset();
    }
}

void SessionNode::advance(Timestamp time, Emitter& out) {
    watermark_ = nanoseconds(time);
    if (!warm()) {
        return;  // rows of the bars that wait will be older
    }
    run_days(watermark_, out);
    // Whole minutes have gone out: the next row is of the minute that holds the watermark, or later.
    out.watermark(time == Timestamp::max() ? time : std::chrono::floor<std::chrono::minutes>(time));
}

void SessionNode::finish_input(std::size_t input, Emitter& out) {
    if (inputs_.at(input).kind != Input::daily || warm()) {
        return;
    }
    daily_over_ = true;
    // Live bars that wait already end the days before theirs.
    std::int64_t until = watermark_;
    if (live() && !waiting_.empty()) {
        const Date newest = waiting_.rbegin()->first;
        until = std::max(until, nanoseconds(calendar_->day(newest)->regular.open));
    }
    run_days(until, out);
}

void SessionNode::finish(Emitter& out) {
    daily_over_ = true;
    run_days(end_of_time, out);
}

}  // namespace tsflow::market
