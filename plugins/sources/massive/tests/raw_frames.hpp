#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Websocket frames as a server sends them, byte by byte (RFC 6455 section 5.2).
namespace tsflow::massive::raw {

inline constexpr unsigned char continuation = 0x0, text_frame = 0x1, binary_frame = 0x2,
                               goodbye = 0x8, ping = 0x9;

inline std::string frame(std::string_view payload, unsigned char opcode = text_frame,
                         bool last = true) {
    constexpr std::size_t short_ones = 126, middle_ones = 65536;
    std::string bytes(1, static_cast<char>((last ? 0x80 : 0) | opcode));
    const auto length = [&](int octets) {
        for (int i = octets; i-- > 0;) {
            bytes += static_cast<char>(payload.size() >> (8 * i) & 0xff);
        }
    };
    if (payload.size() < short_ones) {
        length(1);
    } else if (payload.size() < middle_ones) {
        bytes += '\x7e';
        length(2);
    } else {
        bytes += '\x7f';
        length(8);
    }
    return bytes.append(payload);
}

}  // namespace tsflow::massive::raw
