#include <cstdint>
#include <string_view>

#include "runtime/letter.hpp"

namespace tsflow {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr unsigned digit_bits = 6;
constexpr unsigned byte_bits = 8;

}  // namespace

std::string base64(std::string_view bytes) {
    std::string text;
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const char byte : bytes) {
        held = (held << byte_bits) | static_cast<unsigned char>(byte);
        for (bits += byte_bits; bits >= digit_bits; bits -= digit_bits) {
            text += alphabet[(held >> (bits - digit_bits)) & 63U];
        }
    }
    if (bits > 0) {
        text += alphabet[(held << (digit_bits - bits)) & 63U];
    }
    while (text.size() % 4 != 0) {
        text += '=';
    }
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) {
        return std::nullopt;
    }
    std::string bytes;
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const char digit : text.substr(0, text.find('='))) {
        const std::size_t value = alphabet.find(digit);
        if (value == std::string_view::npos) {
            return std::nullopt;
        }
        held = (held << digit_bits) | static_cast<std::uint32_t>(value);
        bits += digit_bits;
        if (bits >= byte_bits) {
            bits -= byte_bits;
            bytes += static_cast<char>(held >> bits);
        }
    }
    return bytes;
}

}  // namespace tsflow
