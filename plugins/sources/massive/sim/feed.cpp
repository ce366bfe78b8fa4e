#include "feed.hpp"

#include <algorithm>

#include "command.hpp"
#include "random.hpp"
#include "tsflow/text.hpp"
#include "words.hpp"

namespace tsflow::massive_sim {

namespace {

/// A client with so much waiting is not read fast enough to be sent more at once.
constexpr std::size_t enough_waiting = 1 << 20;

std::string status_event(std::string_view status, std::string_view message) {
    std::string json = R"({"ev":"status","status":)";
    append_json_text(json, status);
    json += R"(,"message":)";
    append_json_text(json, message);
    return json + '}';
}

std::chrono::steady_clock::duration seconds(double count) {
    return std::chrono::duration_cast<std::chrono::steady_clock::duration>(
        std::chrono::duration<double>(count));
}

}  // namespace

Feed::Feed(const SimulatorOptions& options, Market& market) : options_(options), market_(market) {}

void Feed::status(Client& client, std::string_view status, std::string_view message) {
    client.link->outbox().message(Opcode::text, '[' + status_event(status, message) + ']');
    client.link->flush();
}

Feed::ClientPtr Feed::connect(Link& link, std::string path) {
    clients_.push_back(std::make_shared<Client>(next_id_++, link, std::move(path), market_,
                                                std::chrono::steady_clock::now()));
    change_faults(*clients_.back(), [&](DeliveryFaults& faults) { faults = newcomer_faults_; });
    status(*clients_.back(), "connected", "Connected Successfully");
    return clients_.back();
}

void Feed::gone(Client& client, bool clean) {
    client.ended = true;
    if (client.admitted && !clean && options_.slot_linger_seconds > 0) {
        lingering_.push_back(
            {client.api_key, client.path,
             std::chrono::steady_clock::now() + seconds(options_.slot_linger_seconds)});
    }
    std::erase_if(clients_, [&](const ClientPtr& each) { return each.get() == &client; });
    on_change();
}

void Feed::text(Client& client, std::string_view message) {
    if (client.ended) {
        return;
    }
    const auto command = read_command(message);
    if (command && command->action == "auth") {
        authenticate(client, command->params);
    } else if (command && !client.authenticated) {
        status(client, "error", "not authorized");
    } else if (command && command->action == "subscribe") {
        subscribe(client, command->params, true);
    } else if (command && command->action == "unsubscribe") {
        subscribe(client, command->params, false);
    } else {
        status(client, "error", "unknown action");
    }
}

void Feed::authenticate(Client& client, const std::string& api_key) {
    const bool is_known =
        options_.api_keys.empty()
            ? !api_key.empty()
            : std::ranges::find(options_.api_keys, api_key) != options_.api_keys.end();
    if (!is_known || refuse_auths_ > 0) {
        refuse_auths_ -= refuse_auths_ > 0 ? 1 : 0;
        status(client, "auth_failed",
               is_known && !refusal_.empty() ? refusal_ : "authentication failed");
        client.ended = true;
        client.link->finish();
        return;
    }
    client.api_key = api_key;
    client.authenticated = true;
    status(client, "auth_success", "authenticated");
}

void Feed::refuse_auth(std::int64_t count, std::string message) {
    refuse_auths_ = count;
    refusal_ = std::move(message);
}

void Feed::change_faults(Client& client, const Change& change) {
    change(client.faults);
    client.link->outbox().fragment(client.faults.fragment_bytes, client.faults.fragment_pings);
    client.link->limit_rate(client.faults.bytes_per_second);
}

void Feed::unstall(Client& client) {
    client.faults.stalled = false;
    client.link->stall(false);
    on_change();  // the market may have waited for a reader
}

bool Feed::is_denied(std::string_view channel) const {
    return std::ranges::find(options_.deny, channel) != options_.deny.end();
}

void Feed::subscribe(Client& client, std::string_view params, bool add) {
    std::vector<std::string> acks;
    const std::string_view verb = add ? "subscribed to: " : "unsubscribed to: ";
    bool denied = false;
    for (const std::string_view pair : split(params, ',')) {
        // At the first point only: tickers have points as well.
        const std::size_t point = pair.find('.');
        const std::string_view wire_name = pair.substr(0, point);
        const auto channel = channel_of(wire_name);
        if (!channel || point == std::string_view::npos) {
            continue;
        }
        const std::string_view ticker = pair.substr(point + 1);
        if (is_denied(wire_name)) {
            denied = true;
            continue;
        }
        if (!add) {
            client.subscriptions.remove(*channel, ticker, pair);
        } else if (!client.subscriptions.add(*channel, ticker, pair)) {
            continue;
        }
        acks.push_back(status_event("success", std::string{verb} + std::string{pair}));
    }
    acknowledge(client, acks);
    if (denied) {
        status(client, "error", "not authorized");
    }
    if (add && client.subscriptions.size() > 0 && !client.admitted) {
        admit(client);
    }
    on_change();
}

void Feed::acknowledge(Client& client, std::vector<std::string>& acks) const {
    if (acks.empty()) {
        return;
    }
    const std::vector<std::string_view> events(acks.begin(), acks.end());
    const auto per_frame = static_cast<std::size_t>(options_.acks_per_frame);
    client.link->outbox().events(events, per_frame > 0 ? per_frame : events.size());
    client.link->flush();
}

/// The limit of connections counts only now: whoever is over it has come as far as this.
void Feed::admit(Client& client) {
    client.admitted = true;
    const auto shares_slots = [&](const auto& other) {
        return other.api_key == client.api_key && other.path == client.path;
    };
    Client* oldest = nullptr;
    std::int64_t held = std::ranges::count_if(lingering_, shares_slots);
    for (const ClientPtr& other : clients_) {
        if (other.get() != &client && other->admitted && !other->ended && shares_slots(*other)) {
            oldest = oldest == nullptr ? other.get() : oldest;
            ++held;
        }
    }
    if (options_.limit > 0 && held >= options_.limit) {
        evict(options_.evict == "older" && oldest != nullptr ? *oldest : client);
    }
    if (!client.ended) {
        on_subscribed(client);
    }
}

void Feed::evict(Client& client) {
    status(client, "max_connections", options_.evict_message);
    client.ended = true;
    if (options_.evict_code > 0) {
        client.link->close(static_cast<std::uint16_t>(options_.evict_code), "max_connections");
    } else {
        client.link->finish();
    }
}

void Feed::deliver(const Events& events) {
    for (const ClientPtr& client : clients_) {
        if (!client->subscribed()) {
            continue;
        }
        selected_.clear();
        for (const Events::Event& event : events.list()) {
            if (client->subscriptions.wants(event.channel, event.symbol)) {
                selected_.push_back(events.json(event));
            }
        }
        if (!selected_.empty() || !client->held_back.empty()) {
            send(*client, selected_);
        }
    }
}

void Feed::send(Client& client, std::vector<std::string_view>& events) {
    if (client.faults.stalled && client.faults.stall_loses) {
        client.events_lost += events.size();
        return;
    }
    const std::vector<std::string> earlier = std::exchange(client.held_back, {});
    if (client.faults.duplicate_percent > 0) {
        const std::size_t count = events.size();
        for (std::size_t i = 0; i < count; ++i) {
            if (happens(mix(++draws_), client.faults.duplicate_percent)) {
                events.push_back(events[i]);
            }
        }
    }
    if (client.faults.reorder_percent > 0) {
        std::erase_if(events, [&](std::string_view event) {
            const bool hold = happens(mix(++draws_), client.faults.reorder_percent);
            if (hold) {
                client.held_back.emplace_back(event);
            }
            return hold;
        });
    }
    events.insert(events.end(), earlier.begin(), earlier.end());
    client.link->outbox().events(events, static_cast<std::size_t>(options_.events_per_frame));
    client.events_sent += events.size();
    const auto most = static_cast<std::size_t>(options_.buffer_bytes);
    if (most > 0 && client.link->outbox().bytes() > most) {
        client.ended = true;
        if (options_.overflow_code > 0) {
            client.link->outbox().clear();
            client.link->close(static_cast<std::uint16_t>(options_.overflow_code), "too slow");
        } else {
            client.link->abort(true);
        }
        return;
    }
    client.link->flush();
}

bool Feed::wants(Channel channel) const {
    return std::ranges::any_of(clients_, [&](const ClientPtr& client) {
        return client->subscribed() && client->subscriptions.wants_any(channel);
    });
}

bool Feed::wants(Channel channel, std::size_t symbol) const {
    return std::ranges::any_of(clients_, [&](const ClientPtr& client) {
        return client->subscribed() && client->subscriptions.wants(channel, symbol);
    });
}

std::size_t Feed::subscribed_clients() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(clients_, [](const auto& client) { return client->subscribed(); }));
}

std::size_t Feed::subscriptions() const {
    std::size_t sum = 0;
    for (const ClientPtr& client : clients_) {
        sum += client->ended ? 0 : client->subscriptions.size();
    }
    return sum;
}

bool Feed::has_room() const {
    bool is_anybody_reading = false;
    for (const ClientPtr& client : clients_) {
        if (client->subscribed() && !client->faults.stalled) {
            is_anybody_reading = true;
            if (client->link->outbox().bytes() > enough_waiting) {
                return false;
            }
        }
    }
    return is_anybody_reading;
}

void Feed::tick(Steady now) {
    std::erase_if(lingering_, [&](const Slot& slot) { return slot.until <= now; });
    for (const ClientPtr& client : clients_) {
        if (client->ended) {
            continue;
        }
        if (client->faults.stalled && client->faults.stalled_until <= now) {
            unstall(*client);
        }
        if (options_.ping_seconds > 0 &&
            now - client->pinged_at >= seconds(options_.ping_seconds)) {
            client->pinged_at = now;
            client->link->outbox().message(Opcode::ping, "");
            client->link->flush();
        }
        if (!client->authenticated && options_.auth_timeout_seconds > 0 &&
            now - client->connected_at >= seconds(options_.auth_timeout_seconds)) {
            status(*client, "auth_timeout", "No authentication request received.");
            client->ended = true;
            client->link->finish();
        }
    }
}

}  // namespace tsflow::massive_sim
