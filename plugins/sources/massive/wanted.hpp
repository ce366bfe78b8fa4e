#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "feed/session.hpp"
#include "massive.hpp"
#include "tsflow/context.hpp"

namespace tsflow::massive {

/// The enabled connections of a configuration; one named `main` in single mode.
std::vector<ConnectionConfig> connections_of(const MassiveConfig& config);

/// What one look at the reference gave.
struct Wanted {
    std::vector<Tickers> by_connection;
    std::vector<std::string> warnings;
    bool defaulted = false;  ///< some connection has the default tickers

    Tickers all() const;  ///< sorted, each once
};

/// Resolves the universes of all connections. Throws as UniverseStore does.
Wanted resolve(const MassiveConfig& config);

/// Resolves the universes again from time to time, and when the user asks for a reload, on a thread of
/// its own because a database may take its time.
class UniverseWatch {
public:
    /// `changed` is called on the watch's thread when the tickers are others than before.
    UniverseWatch(const MassiveConfig& config, Context& context, Wanted known,
                  std::function<void(const Wanted&, bool asked)> changed);
    ~UniverseWatch();
    UniverseWatch(const UniverseWatch&) = delete;
    UniverseWatch& operator=(const UniverseWatch&) = delete;

private:
    void run();
    void look(bool asked);

    const MassiveConfig config_;
    Context& context_;
    Wanted known_;
    const std::function<void(const Wanted&, bool)> changed_;
    std::mutex mutex_;
    std::condition_variable ended_;
    bool end_ = false;
    std::thread thread_;
};

}  // namespace tsflow::massive
