#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client.hpp"
#include "events.hpp"
#include "market.hpp"
#include "sim/options.hpp"

namespace tsflow::massive_sim {

/// The websocket protocol and its rules, for all clients together.
///
///     connected ── auth ──► authenticated ── subscribe ──► admitted ── events … ──► ended
///         └ auth_timeout ┘└ auth_failed           └ max_connections: it, or an older one
class Feed {
public:
    using ClientPtr = std::shared_ptr<Client>;

    Feed(const SimulatorOptions& options, Market& market);

    /// A websocket was opened; `path` is the market in its URL.
    ClientPtr connect(Link& link, std::string path);
    /// A text message from a client.
    void text(Client& client, std::string_view message);
    /// The connection is over; `clean`: with a close frame.
    void gone(Client& client, bool clean);

    /// Sends each client what it has subscribed to.
    void deliver(const Events& events);
    /// Whether anybody has subscribed to something of the channel.
    bool wants(Channel channel) const;
    bool wants(Channel channel, std::size_t symbol) const;

    /// What must be done as time goes by; called many times a second.
    void tick(Steady now);

    const std::vector<ClientPtr>& clients() const noexcept { return clients_; }
    /// How many there were so far.
    int connections() const noexcept { return next_id_ - 1; }
    std::size_t subscribed_clients() const;
    std::size_t subscriptions() const;
    /// Whether somebody reads, and all who read have room for more.
    bool has_room() const;

    /// Ends a client as the limit of connections does.
    void evict(Client& client);
    /// The next `count` authentications fail with that message.
    void refuse_auth(std::int64_t count, std::string message);
    /// Ends a stall.
    void unstall(Client& client);
    using Change = std::function<void(DeliveryFaults&)>;
    static void change_faults(Client& client, const Change& change);
    void change_faults_of_newcomers(const Change& change) { change(newcomer_faults_); }
    /// Sends a status event.
    static void status(Client& client, std::string_view status, std::string_view message);

    /// Called when subscriptions have come or clients have gone.
    std::function<void()> on_change = [] {};
    /// Called after a client's first subscription.
    std::function<void(Client&)> on_subscribed = [](Client&) {};

private:
    struct Slot {
        std::string api_key;
        std::string path;
        Steady until;
    };

    void authenticate(Client& client, const std::string& api_key);
    void subscribe(Client& client, std::string_view params, bool add);
    void admit(Client& client);
    void acknowledge(Client& client, std::vector<std::string>& acks) const;
    void send(Client& client, std::vector<std::string_view>& events);
    bool is_denied(std::string_view channel) const;

    const SimulatorOptions& options_;
    Market& market_;
    std::vector<ClientPtr> clients_;  // in order of connection
    std::vector<Slot> lingering_;
    int next_id_ = 1;
    std::int64_t refuse_auths_ = 0;
    std::string refusal_;
    DeliveryFaults newcomer_faults_;
    std::uint64_t draws_ = 0;
    std::vector<std::string_view> selected_;
};

}  // namespace tsflow::massive_sim
