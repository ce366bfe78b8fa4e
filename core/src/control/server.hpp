#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "config/listen.hpp"
#include "control/exchange.hpp"

namespace tsflow::control {

struct ServerLimits {
    std::size_t most_clients = 64;  ///< connections; further ones are closed
    std::chrono::milliseconds timeout{
        10'000};  ///< for a whole request, for an answer, and between two
};

/// HTTP/1.1 on a thread of its own: GET and HEAD without a body, of at most 8 KiB. What cannot be read is
/// answered with a JSON error where there is somebody to read it.
class Server {
public:
    /// Binds and serves until it is destroyed. Throws Error, which names the address, when that fails.
    Server(const ListenAddress& listen, Handler handler, ServerLimits limits = {});
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const noexcept;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace tsflow::control
