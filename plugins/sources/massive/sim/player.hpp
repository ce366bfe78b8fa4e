#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "events.hpp"
#include "feed.hpp"
#include "market.hpp"
#include "sim/options.hpp"
#include "ticks.hpp"

namespace tsflow::massive_sim {

/// Lets the market's time go by, and sends what happens.
///
///     waiting ── enough clients, or start() ──► playing ── the data are over ──► done
///                                                 │ ▲
///                               pause(), a drop   ▼ │  resume(), the client is back
///                                                paused
class Player {
public:
    Player(boost::asio::io_context& io, const SimulatorOptions& options, Market& market,
           Feed& feed);

    /// Clients or subscriptions have changed.
    void clients_changed();
    /// A client has been sent something, and has more room.
    void client_drained();

    void start();
    void pause();
    void resume();
    /// Plays so many minutes at once, whoever listens. A player that waited is paused afterwards.
    void step(std::int64_t minutes);

    std::string_view state() const;
    bool done() const noexcept { return state_ == State::done; }
    /// All that happened before has been sent.
    std::int64_t position_ms() const noexcept { return position_ms_; }

    /// Called when a minute was played, with the number of minutes so far.
    std::function<void(std::int64_t)> on_minute;

private:
    enum class State { waiting, playing, done };

    void begin();
    bool is_running() const;
    bool lacks_clients() const;
    void schedule(std::chrono::steady_clock::duration after);
    void run();
    void run_by_clock();
    bool enter_minute();
    void advance(std::int64_t to_ms);
    void finish_minute();
    void anchor();
    std::int64_t clock_ms() const;

    boost::asio::steady_timer timer_;
    const SimulatorOptions& options_;
    Market& market_;
    Feed& feed_;
    Ticks ticks_;
    State state_ = State::waiting;
    bool paused_ = false;
    bool scheduled_ = false;
    std::size_t clients_at_start_ = 0;
    std::optional<std::int64_t> minute_;  // being played
    std::int64_t position_ms_ = 0;
    std::int64_t anchor_ms_ = 0;  // the market's time at anchor_real_
    Steady anchor_real_;
    std::vector<Update> updates_;
    Events events_;
};

}  // namespace tsflow::massive_sim
