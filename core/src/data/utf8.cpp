#include "tsflow/text.hpp"

namespace tsflow {

std::size_t utf8_length(std::string_view text, std::size_t at) noexcept {
    const auto byte = [text](std::size_t i) -> unsigned {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
    };
    if (at >= text.size()) {
        return 0;
    }
    const unsigned first = byte(at);
    if (first < 0x80) {
        return 1;
    }
    // The range of the second byte depends on the first (table 3-7 of the Unicode standard).
    unsigned low = 0x80;
    unsigned high = 0xbf;
    std::size_t length = 0;
    if (first >= 0xc2 && first <= 0xdf) {
        length = 2;
    } else if (first >= 0xe0 && first <= 0xef) {
        length = 3;
        low = first == 0xe0 ? 0xa0 : low;
        high = first == 0xed ? 0x9f : high;
    } else if (first >= 0xf0 && first <= 0xf4) {
        length = 4;
        low = first == 0xf0 ? 0x90 : low;
        high = first == 0xf4 ? 0x8f : high;
    } else {
        return 0;
    }
    const unsigned second = byte(at + 1);
    if (second < low || second > high) {
        return 0;
    }
    for (std::size_t i = 2; i < length; ++i) {
        if ((byte(at + i) & 0xc0u) != 0x80) {
            return 0;
        }
    }
    return length;
}

}  // namespace tsflow
