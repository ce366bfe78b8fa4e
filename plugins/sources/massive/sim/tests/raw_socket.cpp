#include "raw_socket.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <stdexcept>

namespace tsflow::massive_sim::testing {

namespace {

constexpr int deadline_ms = 30'000;
constexpr int moment_ms = 50;

}  // namespace

struct RawSocket::Connection {
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket socket{io};

    bool readable(int ms) {
        pollfd wanted{.fd = socket.native_handle(), .events = POLLIN, .revents = 0};
        return ::poll(&wanted, 1, ms) == 1;
    }
};

RawSocket::RawSocket(const std::string& url) : connection_(std::make_unique<Connection>()) {
    const std::size_t colon = url.find(':', url.find("://") + 3);
    const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(colon + 1)));
    connection_->socket.connect({boost::asio::ip::address_v4::loopback(), port});
}

RawSocket::~RawSocket() = default;

void RawSocket::send(std::string_view bytes) {
    if (::send(connection_->socket.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(bytes.size())) {
        throw std::runtime_error("the simulator does not take what is sent");
    }
}

std::string RawSocket::read(std::size_t bytes) {
    std::string all;
    std::array<char, 65536> buffer{};
    while (all.size() < bytes) {
        if (!connection_->readable(deadline_ms)) {
            throw std::runtime_error("the simulator sends nothing");
        }
        const std::size_t room = std::min(buffer.size(), bytes - all.size());
        const ssize_t count = ::recv(connection_->socket.native_handle(), buffer.data(), room, 0);
        if (count <= 0) {
            break;
        }
        all.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return all;
}

std::string RawSocket::read_until(std::string_view text) {
    std::string all;
    while (all.find(text) == std::string::npos) {
        const std::string byte = read(1);
        if (byte.empty()) {
            throw std::runtime_error("the simulator ends the connection");
        }
        all += byte;
    }
    return all;
}

bool RawSocket::is_silent() {
    return !connection_->readable(moment_ms);
}

void RawSocket::upgrade() {
    send(
        "GET /stocks HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    const std::string head = read_until("\r\n\r\n");
    // The example of RFC 6455.
    if (head.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") == std::string::npos) {
        throw std::runtime_error("the simulator answers the websocket wrongly: " + head);
    }
}

}  // namespace tsflow::massive_sim::testing
