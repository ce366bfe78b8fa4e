#include "config/file_text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "config/characters.hpp"
#include "tsflow/error.hpp"
#include "tsflow/text.hpp"

namespace tsflow {
namespace {

constexpr std::size_t largest = 16u << 20;

std::optional<std::size_t> first_non_utf8(std::string_view text) noexcept {
    for (std::size_t pos = 0; pos < text.size();) {
        const std::size_t length = utf8_length(text, pos);
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
