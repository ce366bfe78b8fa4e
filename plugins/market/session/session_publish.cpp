// What goes out of a SessionNode, and when.

#include <chrono>
#include <optional>

#include "session/session_node.hpp"
#include "tsflow/context.hpp"

namespace tsflow::market {

namespace {

constexpr Duration one_minute = std::chrono::minutes{1};

}  // namespace

Stamp SessionNode::stamp_of(View view, Status status, int minute, UniverseSet news) const {
    Stamp stamp;
    stamp.view = view;
    stamp.status = status;
    stamp.trade_date = open_->day.date;
    stamp.minute = minute;
    stamp.timestamp = Timestamp{Duration{open_->open}} + minute * one_minute;
    stamp.as_of = view == View::live ? context_->clock().now() : stamp.timestamp + one_minute;
    stamp.news = news;
    stamp.sequence = sequence_;
    stamp.revisions.assign(members_.universes(), 0);
    for_each_universe(news, [&](std::size_t universe) {
        stamp.revisions[universe] = revisions_[universe][static_cast<std::size_t>(minute)];
    });
    return stamp;
}

void SessionNode::emit(View view, Status status, int minute, UniverseSet news, Emitter& out) {
    const Stamp stamp = stamp_of(view, status, minute, news);
    ++sequence_;
    for_each_universe(news, [&](std::size_t universe) {
        ++revisions_[universe][static_cast<std::size_t>(minute)];
    });
    publish(stamp, out);
}

bool SessionNode::tell_commit(Status status, Emitter& out) {
    UniverseSet all = 0;
    for (Slot slot = 0; slot < members_.size(); ++slot) {
        all |= members_.universes_of(slot);
    }
    const bool told = committed(stamp_of(View::complete, status, open_->minutes - 1, all), out);
    sequence_ += told ? 1 : 0;
    return told;
}

std::optional<Millis> SessionNode::tick_every() const noexcept {
    return live() ? std::optional{std::chrono::ceil<Millis>(config_.publish_every)} : std::nullopt;
}

void SessionNode::tick(Emitter& out) {
    // What is complete has gone out already.
    if (!open_ || live_minute_ <= complete_.until()) {
        return;
    }
    const Timestamp end = Timestamp{Duration{open_->open}} + (live_minute_ + 1) * one_minute;
    const bool settled = context_->clock().now() >= end + config_.settle_after;
    if (settled && live_status_ == Status::provisional) {
        live_status_ = Status::settled;
        for (Slot slot = 0; slot < members_.size(); ++slot) {
            if (minutes_.has(slot, live_minute_)) {
                live_news_ |= members_.universes_of(slot);
            }
        }
    }
    if (live_news_ != 0) {
        emit(View::live, live_status_, live_minute_, live_news_, out);
        live_news_ = 0;
    }
}

}  // namespace tsflow::market
