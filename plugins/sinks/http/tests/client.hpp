#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace tsflow::http::test {

using nlohmann::json;

/// A client that writes what it is told, byte by byte if need be.
class Client {
public:
    explicit Client(std::uint16_t port) : socket_(io_) {
        socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port});
    }
    void send(const std::string& bytes) { boost::asio::write(socket_, boost::asio::buffer(bytes)); }
    std::string read(std::size_t bytes) {
        std::string text(bytes, '\0');
        boost::asio::read(socket_, boost::asio::buffer(text));
        return text;
    }
    std::string head() {
        std::string text;
        while (!text.ends_with("\r\n\r\n")) {
            text += read(1);
        }
        return text;
    }
    /// Status, a blank, and the body.
    std::string answer(bool has_body = true) {
        const std::string text = head();
        const std::size_t length = text.find("Content-Length: ");
        std::string body;
        if (length != std::string::npos && has_body) {
            body = read(std::stoul(text.substr(length + 16)));
        }
        return text.substr(9, 3) + " " + body;
    }
    std::string get(const std::string& target, const std::string& fields = "") {
        send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n");
        return answer();
    }
    /// Whether the server ends the connection; waits for it.
    bool ended() {
        boost::system::error_code error;
        char byte = 0;
        boost::asio::read(socket_, boost::asio::buffer(&byte, 1), error);
        return bool(error);
    }

    void upgrade() {
        send(
            "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        REQUIRE(head().starts_with("HTTP/1.1 101"));
    }
    void say(const std::string& text) {  // masked with zeros, short
        send(std::string{"\x81"} + static_cast<char>(0x80 | text.size()) + std::string(4, '\0') +
             text);
    }
    /// The next message that is no heartbeat.
    json hear() {
        for (;;) {
            const std::string head = read(2);
            std::size_t length = static_cast<unsigned char>(head[1]);
            if (length >= 126) {
                const std::string more = read(length == 126 ? 2 : 8);
                length = 0;
                for (const char byte : more) {
                    length = length * 256 + static_cast<unsigned char>(byte);
                }
            }
            const std::string payload = read(length);
            if (static_cast<unsigned char>(head[0]) != 0x81) {
                continue;
            }
            json message = json::parse(payload);
            if (message["type"] != "status") {
                return message;
            }
        }
    }

private:
    boost::asio::io_context io_;
    boost::asio::ip::tcp::socket socket_;
};

}  // namespace tsflow::http::test
