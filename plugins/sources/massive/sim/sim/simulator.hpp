#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "sim/options.hpp"

namespace tsflow::massive_sim {

/// A server on this machine that speaks as the vendor's websocket feed and REST service do, playing
/// flat files or a synthetic market. It runs in a thread of its own from construction on; all
/// functions may be called from any thread. One port serves all three URLs.
class Simulator {
public:
    /// Reads the data and begins to listen. Throws ConfigError for options that cannot be, Error when
    /// data or port cannot be had.
    explicit Simulator(const SimulatorOptions& options);
    /// Stops.
    ~Simulator();
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    /// `ws://127.0.0.1:PORT/stocks`, or wss:// with a certificate.
    std::string websocket_url() const;
    /// `http://127.0.0.1:PORT`, or https:// with a certificate.
    std::string rest_url() const;
    /// `http://127.0.0.1:PORT/control`, or https:// with a certificate.
    std::string control_url() const;

    /// What a request to the control endpoint does, without a socket: `control("drop?client=1")`.
    /// Returns the JSON of its answer. Throws Error when the request is refused.
    std::string control(std::string_view request);

    /// Ends all connections, websockets with a close frame, and the thread. May be called again.
    void stop();

private:
    class Running;
    std::unique_ptr<Running> running_;
};

}  // namespace tsflow::massive_sim
