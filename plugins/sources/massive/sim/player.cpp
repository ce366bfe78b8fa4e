#include "player.hpp"

#include <algorithm>
#include <chrono>

#include "new_york.hpp"

namespace tsflow::massive_sim {

namespace {

using std::chrono::steady_clock;

/// So long the player works before others of its thread get their turn.
constexpr std::chrono::milliseconds turn{20};
constexpr std::chrono::milliseconds tick_interval{10};

std::int64_t wall_ms() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())
        .time_since_epoch()
        .count();
}

}  // namespace

Player::Player(boost::asio::io_context& io, const SimulatorOptions& options, Market& market,
               Feed& feed)
    : timer_(io), options_(options), market_(market), feed_(feed), ticks_(options, market, feed) {
    position_ms_ = (market_.played() + 1) * ms_per_minute;
    if (options_.start_when_clients == 0 && options_.start_when_subscriptions == 0) {
        begin();
    }
}

std::string_view Player::state() const {
    switch (state_) {
        case State::waiting:
            return "waiting";
        case State::done:
            return "done";
        case State::playing:
            break;
    }
    return paused_ || lacks_clients() ? "paused" : "playing";
}

bool Player::lacks_clients() const {
    return options_.pause_on_drop && feed_.subscribed_clients() < clients_at_start_;
}

bool Player::is_running() const {
    return state_ == State::playing && !paused_ && !lacks_clients();
}

void Player::begin() {
    market_.begin();
    state_ = State::playing;
    clients_at_start_ = feed_.subscribed_clients();
    position_ms_ = (market_.played() + 1) * ms_per_minute;
    if (options_.data.empty() && options_.start.empty()) {
        position_ms_ = wall_ms();  // inside its first minute, so that minutes end with the clock's
    }
    anchor();
    schedule({});
}

void Player::clients_changed() {
    const auto enough = [](std::size_t have, std::int64_t want) {
        return have >= static_cast<std::size_t>(want);
    };
    if (state_ == State::waiting) {
        if (enough(feed_.subscribed_clients(), options_.start_when_clients) &&
            enough(feed_.subscriptions(), options_.start_when_subscriptions)) {
            begin();
        }
        return;
    }
    if (!is_running()) {
        return;
    }
    if (!scheduled_) {
        // It stood still: for want of clients or of their room.
        anchor();
        schedule({});
    } else if (options_.speed > 0) {
        schedule({});  // what is wanted may have changed
    }
}

void Player::client_drained() {
    if (options_.speed == 0 && !scheduled_ && is_running()) {
        schedule({});
    }
}

void Player::start() {
    if (state_ == State::waiting) {
        begin();
    }
}

void Player::pause() {
    if (is_running() && options_.speed > 0) {
        advance(clock_ms());
    }
    paused_ = true;
}

void Player::resume() {
    if (paused_) {
        paused_ = false;
        anchor();
        clients_changed();
    }
}

void Player::step(std::int64_t minutes) {
    if (state_ == State::waiting) {
        begin();
        paused_ = true;
    }
    for (std::int64_t i = 0; i < minutes && enter_minute(); ++i) {
        advance((*minute_ + 1) * ms_per_minute);
        finish_minute();
    }
    anchor();
}

void Player::anchor() {
    anchor_ms_ = position_ms_;
    anchor_real_ = steady_clock::now();
}

std::int64_t Player::clock_ms() const {
    const std::chrono::duration<double, std::milli> elapsed = steady_clock::now() - anchor_real_;
    return anchor_ms_ + static_cast<std::int64_t>(elapsed.count() * options_.speed);
}

void Player::schedule(steady_clock::duration after) {
    scheduled_ = true;
    timer_.expires_after(after);
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error) {
            run();
        }
    });
}

void Player::run() {
    scheduled_ = false;
    if (!is_running()) {
        return;
    }
    if (options_.speed > 0) {
        run_by_clock();
        return;
    }
    const Steady end = steady_clock::now() + turn;
    while (is_running() && feed_.has_room() && enter_minute()) {
        const std::int64_t minute_end = (*minute_ + 1) * ms_per_minute;
        advance(std::min(position_ms_ + ticks_.slice_ms(), minute_end));
        if (position_ms_ == minute_end) {
            finish_minute();
        }
        if (steady_clock::now() >= end) {
            schedule({});
            return;
        }
    }
}

void Player::run_by_clock() {
    const Steady end = steady_clock::now() + turn;
    while (is_running() && enter_minute()) {
        const std::int64_t minute_end = (*minute_ + 1) * ms_per_minute;
        const std::int64_t now = clock_ms();
        if (now < minute_end) {
            advance(now);
            const std::chrono::duration<double, std::milli> left(
                static_cast<double>(minute_end - now) / options_.speed);
            auto wait = std::chrono::duration_cast<steady_clock::duration>(left);
            if (ticks_.wanted()) {
                wait = std::min<steady_clock::duration>(wait, tick_interval);
            }
            schedule(wait);
            return;
        }
        advance(minute_end);
        finish_minute();
        if (steady_clock::now() >= end) {
            schedule({});
            return;
        }
    }
}

/// Makes sure that there is a minute to play; false: all was played.
bool Player::enter_minute() {
    if (minute_) {
        return true;
    }
    minute_ = market_.next_minute();
    if (!minute_) {
        state_ = State::done;
        return false;
    }
    const std::int64_t begin_ms = *minute_ * ms_per_minute;
    if (begin_ms > position_ms_ && (options_.skip_gaps || options_.speed == 0)) {
        position_ms_ = begin_ms;
        anchor();
    }
    return true;
}

/// Sends what happens within the minute up to then.
void Player::advance(std::int64_t to_ms) {
    if (to_ms <= position_ms_) {
        return;
    }
    while (position_ms_ < to_ms && minute_ && ticks_.wanted()) {
        const std::int64_t until = std::min(to_ms, position_ms_ + ticks_.slice_ms());
        events_.clear();
        ticks_.play(*minute_, position_ms_, until, events_);
        feed_.deliver(events_);
        position_ms_ = until;
    }
    position_ms_ = to_ms;
}

/// Sends what is known at the end of the minute.
void Player::finish_minute() {
    updates_.clear();
    market_.play(*minute_, updates_);
    events_.clear();
    ticks_.end_of_minute(updates_, events_);
    minute_.reset();
    feed_.deliver(events_);
    if (on_minute) {
        on_minute(market_.minutes_played());
    }
    if (!market_.next_minute()) {
        state_ = State::done;
    }
}

}  // namespace tsflow::massive_sim
