#include "tsflow/text.hpp"

#include <cstddef>

namespace tsflow {

namespace {

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
        const auto c = static_cast<unsigned char>(text[at]);
        if (c < 0x80) {
            append_escape(out, c);
            ++at;
        } else if (const std::size_t length = utf8_length(text, at); length > 0) {
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
