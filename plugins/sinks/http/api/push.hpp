#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "api/parameters.hpp"
#include "tables/tables.hpp"

namespace tsflow::http {

using Message = std::shared_ptr<const std::string>;

/// What a client of the websocket wants of one table, and how much of it the client has.
struct Subscription {
    std::size_t table = 0;
    std::vector<std::string> symbols;  ///< sorted; empty: all
    std::size_t per_key = 1;           ///< of the snapshot: rows of each series, the newest
    std::uint64_t sent = 0;            ///< up to this change
    bool snapshot_due = true;
};

/// Messages to the clients of the websocket. What several clients need alike is written once.
class Push {
public:
    /// `epoch` is another one after each start of the server: sequence numbers belong to it.
    Push(const Tables& tables, std::string epoch);

    /// The next message for the subscription, whose state moves on; null when the client has all.
    Message next(Subscription& subscription);
    const Tables& tables() const noexcept { return tables_; }
    const std::string& epoch() const noexcept { return epoch_; }

private:
    struct Written {
        Message message;
        std::uint64_t sent = 0;
    };
    using Wanted = std::tuple<std::size_t, std::uint64_t, std::size_t, std::string>;

    Written snapshot(const Subscription& subscription) const;
    Written changes(const Subscription& subscription) const;

    const Tables& tables_;
    std::string epoch_;
    std::map<Wanted, Written> written_;  // since the tables changed last
    std::uint64_t written_at_ = 0;
};

/// One client of the websocket. Holds no messages: a client that reads slowly costs no memory, and gets
/// the newest of each row when it is ready for it. The server's thread only.
class Subscriber {
public:
    explicit Subscriber(Push& push) : push_(push) {}

    /// A message from the client. What is wrong with it is told to the client.
    void take(std::string_view text);
    /// Sends `heartbeat` before anything else, unless a later one replaces it first.
    void beat(Message heartbeat) { heartbeat_ = std::move(heartbeat); }
    /// What to send now; null when there is nothing.
    Message next();

private:
    void subscribe(const Target& target);

    Push& push_;
    std::vector<Subscription> subscriptions_;
    Message heartbeat_;
    std::vector<Message> refusals_;
    std::size_t turn_ = 0;  // of the subscriptions, so that none waits for another
};

}  // namespace tsflow::http
