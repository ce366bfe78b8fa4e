#include "wanted.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "universe/default_tickers.hpp"
#include "universe/universe.hpp"

namespace tsflow::massive {
namespace {

/// How often the watch looks whether a reload was asked for.
constexpr std::chrono::milliseconds reload_poll{250};

std::string described(const ConnectionConfig& connection, bool single) {
    return single ? "" : "connection " + connection.name + ": ";
}

}  // namespace

std::vector<ConnectionConfig> connections_of(const MassiveConfig& config) {
    if (config.connections.empty()) {
        return {ConnectionConfig{"main", config.universe, config.symbols, true, 0}};
    }
    std::vector<ConnectionConfig> enabled;
    for (std::size_t i = 0; i < config.connections.size(); ++i) {
        if (config.connections[i].enabled) {
            enabled.push_back(config.connections[i]);
            if (enabled.back().name.empty()) {
                enabled.back().name = "connection_" + std::to_string(i + 1);
            }
        }
    }
    return enabled;
}

Tickers Wanted::all() const {
    Tickers all;
    for (const Tickers& tickers : by_connection) {
        all.insert(all.end(), tickers.begin(), tickers.end());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

Wanted resolve(const MassiveConfig& config) {
    Wanted wanted;
    std::unique_ptr<market::UniverseStore> store;
    const bool single = config.connections.empty();
    for (const ConnectionConfig& connection : connections_of(config)) {
        const std::string who = described(connection, single);
        Tickers tickers = connection.symbols;
        if (!connection.universe.empty()) {
            if (!store) {
                store = market::open_reference(config.reference, config.environment);
            }
            market::Universe universe = store->resolve(connection.universe);
            for (const std::string& part : universe.unknown) {
                wanted.warnings.push_back(who + "no universe '" + part + "' is known");
            }
            tickers = std::move(universe.symbols);
        }
        std::sort(tickers.begin(), tickers.end());
        tickers.erase(std::unique(tickers.begin(), tickers.end()), tickers.end());
        if (tickers.empty()) {
            tickers = market::default_tickers();
            wanted.defaulted = true;
            wanted.warnings.push_back(
                who +
                (connection.universe.empty() ? "neither a universe nor symbols are given"
                                             : "universe '" + connection.universe + "' is empty") +
                "; the " + std::to_string(tickers.size()) + " default tickers are subscribed");
        }
        wanted.by_connection.push_back(std::move(tickers));
    }
    return wanted;
}

UniverseWatch::UniverseWatch(const MassiveConfig& config, Context& context, Wanted known,
                             std::function<void(const Wanted&, bool)> changed)
    : config_(config),
      context_(context),
      known_(std::move(known)),
      changed_(std::move(changed)),
      thread_([this] { run(); }) {}

UniverseWatch::~UniverseWatch() {
    {
        const std::lock_guard lock(mutex_);
        end_ = true;
    }
    ended_.notify_one();
    thread_.join();
}

void UniverseWatch::look(bool asked) {
    try {
        Wanted now = resolve(config_);
        if (now.by_connection == known_.by_connection) {
            if (asked) {
                changed_(known_, true);
            }
            return;
        }
        if (now.defaulted && !known_.defaulted) {
            // More likely a slip in the reference than a wish.
            context_.log(Level::warning,
                         "the universe is empty now; what is subscribed stays subscribed");
            return;
        }
        for (const std::string& warning : now.warnings) {
            context_.log(Level::warning, warning);
        }
        const std::size_t before = known_.all().size();
        known_ = std::move(now);
        context_.log(Level::info, "the universe has changed: " + std::to_string(before) +
                                      " tickers before, " + std::to_string(known_.all().size()) +
                                      " now");
        changed_(known_, asked);
    } catch (const std::exception& error) {
        // What is subscribed stays so: a reference that is away for a while is no reason to stop.
        context_.log(Level::warning,
                     std::string("the universe could not be read again: ") + error.what());
    }
}

void UniverseWatch::run() {
    using SteadyClock = std::chrono::steady_clock;
    std::uint64_t reloads = context_.reloads();
    SteadyClock::time_point next = SteadyClock::now() + config_.universe_refresh;
    std::unique_lock lock(mutex_);
    while (!ended_.wait_for(lock, reload_poll, [this] { return end_; })) {
        const std::uint64_t asked = context_.reloads();
        if (asked != reloads || SteadyClock::now() >= next) {
            lock.unlock();
            look(std::exchange(reloads, asked) != asked);
            next = SteadyClock::now() + config_.universe_refresh;
            lock.lock();
        }
    }
}

}  // namespace tsflow::massive
