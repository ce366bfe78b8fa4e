#include "window.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace tsflow::bars {

namespace {

constexpr double price_unit = 1e6;  // a price in 1e-6 USD, times a size in 1e-6 shares
constexpr int half = 64;

}  // namespace

void Turnover::add(const Print& print) noexcept {
    volume += print.size;
    notional += static_cast<Notional>(std::llround(print.price * price_unit)) * print.size;
    ++trades;
}

void Turnover::add(const Turnover& other) noexcept {
    volume += other.volume;
    notional += other.notional;
    trades += other.trades;
}

void Turnover::subtract(const Turnover& other) noexcept {
    volume -= other.volume;
    notional -= other.notional;
    trades -= other.trades;
}

std::optional<double> Turnover::vwap() const noexcept {
    if (volume == 0) {
        return std::nullopt;
    }
    return static_cast<double>(notional) / static_cast<double>(volume) / price_unit;
}

void Turnover::save(StateWriter& state) const {
    state.integer(volume);
    state.integer(static_cast<std::int64_t>(notional >> half));
    state.integer(static_cast<std::int64_t>(notional));
    state.integer(trades);
}

void Turnover::restore(StateReader& state) {
    volume = state.integer();
    const auto high = static_cast<Notional>(state.integer());
    const auto low = static_cast<std::uint64_t>(state.integer());
    notional = high * (static_cast<Notional>(1) << half) + low;
    trades = state.integer();
}

void Window::add(const Print& print) noexcept {
    if (print.updates.open_close) {
        const End end{print.time, print.sequence, print.price};
        open_ = !has_ends_ || open_.after(print) ? end : open_;
        // Of equal ones the later arrival is the close.
        close_ = !has_ends_ || !close_.after(print) ? end : close_;
        has_ends_ = true;
    }
    if (print.updates.high_low) {
        high_ = has_range_ ? std::max(high_, print.price) : print.price;
        low_ = has_range_ ? std::min(low_, print.price) : print.price;
        has_range_ = true;
    }
    if (print.updates.volume) {
        turnover_.add(print);
    }
    received_ = std::max(received_, print.received);
}

void Window::save(StateWriter& state) const {
    state.time(start_);
    state.integer(trade_date_.time_since_epoch().count());
    state.boolean(has_ends_);
    state.boolean(has_range_);
    for (const End& end : {open_, close_}) {
        state.time(end.time);
        state.integer(end.sequence);
        state.real(end.price);
    }
    state.real(high_);
    state.real(low_);
    turnover_.save(state);
    state.time(received_);
    state.integer(revision);
    state.boolean(pending);
}

Window::Window(StateReader& state) {
    start_ = state.time();
    trade_date_ = Date{Date::duration{static_cast<std::int32_t>(state.integer())}};
    has_ends_ = state.boolean();
    has_range_ = state.boolean();
    for (End* end : {&open_, &close_}) {
        end->time = state.time();
        end->sequence = state.integer();
        end->price = state.real();
    }
    high_ = state.real();
    low_ = state.real();
    turnover_.restore(state);
    received_ = state.time();
    revision = state.integer();
    pending = state.boolean();
}

Window* SymbolWindows::find(Timestamp start) noexcept {
    // Nearly always the newest one is asked for.
    for (auto at = windows_.rbegin(); at != windows_.rend() && at->start() >= start; ++at) {
        if (at->start() == start) {
            return &*at;
        }
    }
    return nullptr;
}

Window& SymbolWindows::find_or_add(Timestamp start, Date trade_date, Timestamp expired,
                                   Duration length) {
    if (Window* known = find(start)) {
        return *known;
    }
    while (!windows_.empty() && !windows_.front().pending &&
           windows_.front().start() + length <= expired) {
        windows_.pop_front();
    }
    auto at = windows_.end();
    while (at != windows_.begin() && std::prev(at)->start() > start) {
        --at;
    }
    return *windows_.insert(at, Window{start, trade_date});
}

void SymbolWindows::add_to_day(Date trade_date, const Print& print) noexcept {
    if (trade_date > day_) {
        day_ = trade_date;
        day_turnover_ = {};
    }
    if (trade_date == day_ && print.updates.volume) {
        day_turnover_.add(print);
    }
}

std::optional<Turnover> SymbolWindows::day_until(const Window& window) const noexcept {
    if (window.trade_date() != day_) {
        return std::nullopt;
    }
    Turnover day = day_turnover_;
    for (auto at = windows_.rbegin(); at != windows_.rend() && at->start() > window.start(); ++at) {
        day.subtract(at->turnover());
    }
    return day;
}

void SymbolWindows::save(StateWriter& state) const {
    state.integer(day_.time_since_epoch().count());
    day_turnover_.save(state);
    state.integer(static_cast<std::int64_t>(windows_.size()));
    for (const Window& window : windows_) {
        window.save(state);
    }
}

void SymbolWindows::restore(StateReader& state) {
    day_ = Date{Date::duration{static_cast<std::int32_t>(state.integer())}};
    day_turnover_.restore(state);
    for (std::int64_t left = state.integer(); left > 0; --left) {
        windows_.emplace_back(state);
    }
}

}  // namespace tsflow::bars
