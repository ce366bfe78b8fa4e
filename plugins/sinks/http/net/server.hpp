#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/push.hpp"
#include "api/request.hpp"
#include "tsflow/context.hpp"

namespace tsflow::http {

struct ServerLimits {
    std::string address;  ///< numeric
    std::uint16_t port = 0;
    std::size_t most_clients = 0;
    double requests_per_second = 0;  ///< of one address; 0: as many as it likes
    std::chrono::milliseconds push_interval{100};
    std::chrono::milliseconds request_timeout{
        15'000};  ///< for the whole of a request, and between two
};

/// What a server serves. All of it is called on the server's thread.
class Service {
public:
    virtual ~Service() = default;
    /// Brings the tables up to date; called before each piece of work, so that it should cost nothing when
    /// there is nothing.
    virtual void catch_up() = 0;
    virtual void respond(const Request& request, std::function<void(Response)> done) = 0;
    virtual std::optional<Response> refuse_socket(const Request& request) = 0;
    virtual std::unique_ptr<Subscriber> connect() = 0;
    /// Changes have been handed to all clients of the websocket, of which there is one at least.
    virtual void pushed() = 0;
    /// The message that tells clients, about once a second, that the server is alive.
    virtual Message heartbeat() = 0;
};

/// HTTP/1.1 and websockets on a thread of its own.
class Server {
public:
    /// Binds; throws Error when that fails, which names the address. Serves from start() on.
    Server(const ServerLimits& limits, Service& service, Context& context);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    /// Ends all connections and the thread.
    ~Server();

    void start();
    /// Ends the thread; what is posted later never runs.
    void stop();
    std::uint16_t port() const noexcept;
    /// Runs `work` on the server's thread. From any thread.
    void post(std::function<void()> work);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace tsflow::http
