#include "config/file_text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "config/characters.hpp"
#include "tsflow/error.hpp"

namespace tsflow {
namespace {

constexpr std::size_t largest = 16u << 20;

/// Bytes of the character that `text` begins with; 0 when it is no UTF-8.
std::size_t character_length(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) -> std::uint32_t {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
    };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80) {
        return 1;
    }
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) {
            return 0;
        }
    }
    // Overlong forms, surrogates and what lies beyond U+10FFFF.
    const std::uint32_t second = byte(1);
    const bool wrong = (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
                       (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f);
    return wrong ? 0 : length;
}

std::optional<std::size_t> first_non_utf8(std::string_view text) noexcept {
    for (std::size_t pos = 0; pos < text.size();) {
        const std::size_t length = character_length(text.substr(pos));
        if (length == 0) {
            return pos;
        }
        pos += length;
    }
    return std::nullopt;
}

[[noreturn]] void refuse(const std::filesystem::path& file, std::string_view reason) {
    throw Error(fmt::format("{}: {}", file.string(), reason));
}

}  // namespace

std::string read_file_text(const std::filesystem::path& file) {
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (status.type() == std::filesystem::file_type::not_found) {
        refuse(file, "there is no such file");
    }
    if (std::filesystem::is_directory(status)) {
        refuse(file, "this is a folder; name a file in it");
    }
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        refuse(file, fmt::format("cannot be read: {}", std::strerror(errno)));
    }

    std::string text;
    std::array<char, 1u << 16> chunk;
    while (stream && text.size() <= largest) {
        stream.read(chunk.data(), chunk.size());
        text.append(chunk.data(), static_cast<std::size_t>(stream.gcount()));
    }
    if (stream.bad()) {
        refuse(file, fmt::format("cannot be read: {}", std::strerror(errno)));
    }
    if (text.size() > largest) {
        refuse(file, "is larger than 16 MiB; is this a pipeline's file?");
    }
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        refuse(file, "is UTF-16 text; save it as UTF-8");
    }
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.erase(0, 3);
    }
    if (const auto at = first_non_utf8(text)) {
        const std::string_view before = std::string_view{text}.substr(0, *at);
        const auto line = std::count(before.begin(), before.end(), '\n') + 1;
        const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0
        throw Error(fmt::format("{}:{}:{}: byte 0x{:02x} is no UTF-8 text; save the file as UTF-8",
                                file.string(), line,
                                count_characters(before.substr(line_start)) + 1,
                                static_cast<unsigned char>(text[*at])));
    }
    return text;
}

}  // namespace tsflow
