#include "websocket.hpp"

#include <openssl/evp.h>

#include <array>
#include <utility>

namespace tsflow::massive_sim {

namespace {

constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr unsigned last_bit = 0x80;
constexpr unsigned mask_bit = 0x80;
constexpr unsigned opcode_bits = 0x0f;
constexpr unsigned length_bits = 0x7f;
constexpr std::size_t two_bytes = 126;
constexpr std::size_t eight_bytes = 127;
constexpr std::size_t mask_bytes = 4;
constexpr std::size_t most_bytes = 16 << 20;  // of a message; clients have little to say

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        out += static_cast<char>(value >> shift);
    }
}

unsigned byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

}  // namespace

std::string accept_value(std::string_view client_key) {
    const std::string text = std::string{client_key} + std::string{guid};
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned bytes = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &bytes, EVP_sha1(), nullptr) != 1) {
        throw Error("OpenSSL cannot compute SHA-1, which the websocket handshake needs.");
    }
    std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> base64{};
    const int length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(bytes));
    return {base64.data(), base64.data() + length};
}

void append_frame_head(std::string& out, Opcode opcode, std::size_t payload_bytes, bool is_last) {
    out += static_cast<char>((is_last ? last_bit : 0) | static_cast<unsigned>(opcode));
    if (payload_bytes < two_bytes) {
        out += static_cast<char>(payload_bytes);
    } else if (payload_bytes <= UINT16_MAX) {
        out += static_cast<char>(two_bytes);
        append_big_endian(out, payload_bytes, 2);
    } else {
        out += static_cast<char>(eight_bytes);
        append_big_endian(out, payload_bytes, 8);
    }
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload, bool is_last) {
    append_frame_head(out, opcode, payload.size(), is_last);
    out += payload;
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
    std::string payload;
    append_big_endian(payload, code, 2);
    payload += reason;
    return payload;
}

std::optional<FrameReader::Message> FrameReader::next_frame(bool& is_last) {
    const std::string_view bytes = std::string_view{buffer_}.substr(used_);
    std::size_t at = 2;
    if (bytes.size() < at) {
        return std::nullopt;
    }
    is_last = (byte_at(bytes, 0) & last_bit) != 0;
    if ((byte_at(bytes, 1) & mask_bit) == 0) {
        throw ProtocolError(close_code::protocol_error, "A client's frame is not masked.");
    }
    std::size_t length = byte_at(bytes, 1) & length_bits;
    if (length >= two_bytes) {
        const std::size_t extended = length == two_bytes ? 2 : 8;
        if (bytes.size() < at + extended) {
            return std::nullopt;
        }
        length = 0;
        for (std::size_t i = 0; i < extended; ++i) {
            length = length << 8 | byte_at(bytes, at + i);
        }
        at += extended;
    }
    if (length > most_bytes) {
        throw ProtocolError(close_code::too_big, "A client's message is too big.");
    }
    if (bytes.size() < at + mask_bytes + length) {
        return std::nullopt;
    }
    const std::string_view mask = bytes.substr(at, mask_bytes);
    Message frame{static_cast<Opcode>(byte_at(bytes, 0) & opcode_bits),
                  std::string{bytes.substr(at + mask_bytes, length)}};
    for (std::size_t i = 0; i < length; ++i) {
        frame.payload[i] = static_cast<char>(frame.payload[i] ^ mask[i % mask_bytes]);
    }
    used_ += at + mask_bytes + length;
    if (used_ == buffer_.size()) {
        buffer_.clear();
        used_ = 0;
    }
    return frame;
}

std::optional<FrameReader::Message> FrameReader::next() {
    bool is_last = false;
    while (std::optional<Message> frame = next_frame(is_last)) {
        if (frame->opcode >= Opcode::close) {
            return frame;
        }
        const bool is_more = frame->opcode == Opcode::continuation;
        if (is_more != partial_.has_value()) {
            throw ProtocolError(close_code::protocol_error,
                                "A client's frames do not make up messages.");
        }
        if (!is_more) {
            partial_ = std::move(frame);
        } else if ((partial_->payload += frame->payload).size() > most_bytes) {
            throw ProtocolError(close_code::too_big, "A client's message is too big.");
        }
        if (is_last) {
            return std::exchange(partial_, std::nullopt);
        }
    }
    return std::nullopt;
}

}  // namespace tsflow::massive_sim
