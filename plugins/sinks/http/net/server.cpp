#include "net/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "net/sessions.hpp"
#include "tsflow/error.hpp"

namespace tsflow::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::chrono::seconds heartbeat_interval{1};
constexpr std::chrono::milliseconds accept_pause{100};  // when there are no descriptors left

}  // namespace

struct Server::Parts {
    Parts(const ServerLimits& wanted, Service& served, Context& context)
        : limits(wanted),
          hub{served,
              limits,
              RateLimit(limits.requests_per_second),
              context.counter("requests"),
              context.counter("requests_refused"),
              context.counter("messages"),
              context.counter("bytes_sent"),
              context.gauge("clients"),
              context.gauge("websockets")},
          io(1),
          acceptor(io),
          ticker(io),
          pause(io) {}

    void accept() {
        acceptor.async_accept([this](boost::system::error_code error, tcp::socket socket) {
            if (error == asio::error::operation_aborted || stopping) {
                return;
            }
            if (error) {
                pause.expires_after(accept_pause);
                pause.async_wait([this](boost::system::error_code) { accept(); });
                return;
            }
            if (hub.open >= limits.most_clients) {
                hub.refused.add();  // the socket closes at the end of this scope
            } else {
                serve_http(std::move(socket), hub);
            }
            accept();
        });
    }

    void tick() {
        ticker.expires_after(limits.push_interval);
        ticker.async_wait([this](boost::system::error_code error) {
            if (error || stopping) {
                return;
            }
            hub.service.catch_up();
            const auto now = std::chrono::steady_clock::now();
            Message heartbeat;
            if (now >= next_heartbeat) {
                next_heartbeat = now + heartbeat_interval;
                heartbeat = hub.service.heartbeat();
            }
            // A socket that fails leaves the set while it is walked.
            const std::vector<Socket*> sockets(hub.sockets.begin(), hub.sockets.end());
            for (Socket* socket : sockets) {
                if (hub.sockets.contains(socket)) {
                    if (heartbeat) {
                        socket->beat(heartbeat);
                    }
                    socket->pump();
                }
            }
            if (!sockets.empty()) {
                hub.service.pushed();
            }
            tick();
        });
    }

    void stop() {
        asio::post(io, [this] {
            stopping = true;
            boost::system::error_code ignored;
            acceptor.close(ignored);
            io.stop();
        });
    }

    ServerLimits limits;
    Hub hub;  // ahead of the context, which holds the connections to its end
    asio::io_context io;
    tcp::acceptor acceptor;
    asio::steady_timer ticker;
    asio::steady_timer pause;
    std::chrono::steady_clock::time_point next_heartbeat{};
    bool stopping = false;
    std::thread thread;
};

Server::Server(const ServerLimits& limits, Service& service, Context& context)
    : parts_(std::make_unique<Parts>(limits, service, context)) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(limits.address, error);
    const auto require = [&](std::string_view what) {
        if (error) {
            throw Error("cannot " + std::string{what} + " " + limits.address + ":" +
                        std::to_string(limits.port) + ": " + error.message());
        }
    };
    require("read the address");
    const tcp::endpoint endpoint{address, limits.port};
    tcp::acceptor& acceptor = parts_->acceptor;
    acceptor.open(endpoint.protocol(), error);
    require("open a socket for");
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    require("set options of");
    acceptor.bind(endpoint, error);
    require("listen on");
    acceptor.listen(asio::socket_base::max_listen_connections, error);
    require("listen on");
}

Server::~Server() {
    stop();
}

void Server::stop() {
    if (parts_->thread.joinable()) {
        parts_->stop();
        parts_->thread.join();
    }
}

void Server::start() {
    parts_->accept();
    parts_->tick();
    parts_->thread = std::thread([parts = parts_.get()] { parts->io.run(); });
}

std::uint16_t Server::port() const noexcept {
    boost::system::error_code ignored;
    return parts_->acceptor.local_endpoint(ignored).port();
}

void Server::post(std::function<void()> work) {
    asio::post(parts_->io, std::move(work));
}

}  // namespace tsflow::http
