#include "tsflow/text.hpp"

#include <cstddef>
#include <cstdint>

namespace tsflow {

namespace {

unsigned char byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

/// Length of the UTF-8 sequence at `at`, or 0 when it is none: too long a form, a surrogate, a code
/// point beyond U+10FFFF, or cut off.
std::size_t sequence_length(std::string_view text, std::size_t at) {
    const unsigned first = byte_at(text, at);
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
    const unsigned second = byte_at(text, at + 1);
    if (second < low || second > high) {
        return 0;
    }
    for (std::size_t i = 2; i < length; ++i) {
        if ((byte_at(text, at + i) & 0xc0U) != 0x80) {
            return 0;
        }
    }
    return length;
}

void append_escape(std::string& out, unsigned char c) {
    constexpr std::string_view hex = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        default:
            out += "\\u00";
            out += hex[c >> 4];
            out += hex[c & 15];
    }
}

bool is_plain(unsigned char c) {
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
    out += '"';
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t end = at;
        while (end < text.size() && is_plain(static_cast<unsigned char>(text[end]))) {
            ++end;
        }
        out.append(text, at, end - at);
        if (end == text.size()) {
            break;
        }
        at = end;
        const unsigned char c = byte_at(text, at);
        if (c < 0x80) {
            append_escape(out, c);
            ++at;
        } else if (const std::size_t length = sequence_length(text, at); length > 0) {
            out.append(text, at, length);
            at += length;
        } else {
            out += "\xef\xbf\xbd";
            ++at;
        }
    }
    out += '"';
}

}  // namespace tsflow
