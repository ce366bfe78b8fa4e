#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events.hpp"
#include "outbox.hpp"
#include "subscriptions.hpp"

namespace tsflow::massive_sim {

using Steady = std::chrono::steady_clock::time_point;

/// A client's connection as the feed sees it. None of these calls back before it returns.
class Link {
public:
    virtual Outbox& outbox() = 0;
    /// The outbox has something to send.
    virtual void flush() = 0;
    /// Sends what waits and a close frame, and ends.
    virtual void close(std::uint16_t code, std::string_view reason) = 0;
    /// Sends what waits and ends without a close frame.
    virtual void finish() = 0;
    /// Ends at once, what waits is lost; with `reset` by a TCP reset.
    virtual void abort(bool reset) = 0;
    /// Sends nothing, or all again.
    virtual void stall(bool stalled) = 0;
    /// 0: no limit.
    virtual void limit_rate(std::int64_t bytes_per_second) = 0;

protected:
    ~Link() = default;
};

/// What is wrong with what a client is sent.
struct DeliveryFaults {
    bool stalled = false;
    bool stall_loses = false;  ///< events are lost meanwhile, instead of waiting
    Steady stalled_until = Steady::max();
    std::int64_t bytes_per_second = 0;
    std::size_t fragment_bytes = 0;
    bool fragment_pings = false;
    double duplicate_percent = 0;
    double reorder_percent = 0;
};

/// One websocket client of the feed.
struct Client {
    Client(int number, Link& its_link, std::string its_market, Market& market, Steady now)
        : id(number),
          link(&its_link),
          path(std::move(its_market)),
          subscriptions(market),
          connected_at(now),
          pinged_at(now) {}

    int id;
    Link* link;
    std::string path;  ///< the market in its URL, such as stocks
    std::string api_key;
    bool authenticated = false;
    bool admitted = false;  ///< has subscribed and holds one of the key's slots
    bool ended = false;     ///< is being disconnected; nothing is sent any more
    Subscriptions subscriptions;
    Steady connected_at;
    Steady pinged_at;
    DeliveryFaults faults;
    std::vector<std::string> held_back;  ///< by the fault 'reorder', until the next burst
    std::uint64_t events_sent = 0;
    std::uint64_t events_lost = 0;

    bool subscribed() const noexcept { return !ended && subscriptions.size() > 0; }
};

}  // namespace tsflow::massive_sim
