#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tsflow/error.hpp"

/// The server's half of RFC 6455, without a socket: a simulator must be able to send what no library
/// would.
namespace tsflow::massive_sim {

enum class Opcode : std::uint8_t {
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10
};

namespace close_code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t protocol_error = 1002;
inline constexpr std::uint16_t policy = 1008;
inline constexpr std::uint16_t too_big = 1009;
}  // namespace close_code

/// The value of `Sec-WebSocket-Accept` for a client's `Sec-WebSocket-Key`.
std::string accept_value(std::string_view client_key);

/// Appends the head of a frame whose payload follows.
void append_frame_head(std::string& out, Opcode opcode, std::size_t payload_bytes,
                       bool is_last = true);
void append_frame(std::string& out, Opcode opcode, std::string_view payload, bool is_last = true);
/// The payload of a close frame.
std::string close_payload(std::uint16_t code, std::string_view reason);

/// What a client sent breaks the protocol; the code to close with.
class ProtocolError : public Error {
public:
    ProtocolError(std::uint16_t close_with, const std::string& what)
        : Error(what), code(close_with) {}
    std::uint16_t code;
};

/// Puts a client's frames together to messages.
class FrameReader {
public:
    struct Message {
        Opcode opcode = Opcode::text;
        std::string payload;
    };

    void feed(std::string_view bytes) { buffer_ += bytes; }
    /// The next whole message or control frame; nothing when it has not arrived yet. Throws
    /// ProtocolError.
    std::optional<Message> next();

private:
    std::optional<Message> next_frame(bool& is_last);

    std::string buffer_;
    std::size_t used_ = 0;
    std::optional<Message> partial_;
};

}  // namespace tsflow::massive_sim
