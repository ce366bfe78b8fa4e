#pragma once

#include <cstddef>
#include <string_view>

namespace tsflow {

/// UTF-8 characters in `text`; columns of positions count these.
inline std::size_t count_characters(std::string_view text) noexcept {
    std::size_t count = 0;
    for (const char c : text) {
        count += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
    }
    return count;
}

/// Where character `index` (from 0) of `text` begins; its end when there are fewer.
inline std::size_t byte_of_character(std::string_view text, std::size_t index) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80 && index-- == 0) {
            return i;
        }
    }
    return text.size();
}

}  // namespace tsflow
