#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "net/server.hpp"

namespace tsflow::http {

/// Grants requests to one address at a steady rate, with two seconds' worth to begin with.
class RateLimit {
public:
    explicit RateLimit(double per_second) : per_second_(per_second) {}
    bool grants(const std::string& address, std::chrono::steady_clock::time_point now);

private:
    struct Allowance {
        double requests = 0;
        std::chrono::steady_clock::time_point at;
    };
    double per_second_;
    std::map<std::string, Allowance> allowances_;
};

/// An open websocket, as the server sees it.
class Socket {
public:
    virtual ~Socket() = default;
    /// Sends what there is to send, unless a message is still on its way.
    virtual void pump() = 0;
    virtual void beat(Message heartbeat) = 0;
    virtual void close() = 0;
};

/// What the connections share.
struct Hub {
    Service& service;
    const ServerLimits& limits;
    RateLimit rate;
    Counter& requests;
    Counter& refused;
    Counter& messages;
    Counter& bytes_sent;
    Gauge& clients;
    Gauge& websockets;
    std::size_t open = 0;  ///< connections
    std::set<Socket*> sockets = {};
};

using RequestMessage = boost::beast::http::request<boost::beast::http::empty_body>;

/// Serves the connection until it ends. It keeps itself alive meanwhile.
void serve_http(boost::asio::ip::tcp::socket socket, Hub& hub);
/// Answers `message`, which asks for a websocket, and serves it until it ends.
void serve_websocket(boost::beast::tcp_stream stream, RequestMessage message,
                     std::unique_ptr<Subscriber> subscriber, Hub& hub);

}  // namespace tsflow::http
