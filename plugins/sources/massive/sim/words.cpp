#include "words.hpp"

namespace tsflow::massive_sim {

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const std::size_t end = text.find(separator);
        const std::string_view part = text.substr(0, end);
        if (!part.empty()) {
            parts.push_back(part);
        }
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return parts;
}

std::string percent_decode(std::string_view text) {
    constexpr std::size_t code_length = 3;
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned char byte = 0;
        if (text[i] == '%' && i + code_length <= text.size()) {
            const char* digits = text.data() + i + 1;
            const char* end = digits + 2;
            if (std::from_chars(digits, end, byte, 16).ptr == end) {
                decoded += static_cast<char>(byte);
                i += 2;
                continue;
            }
        }
        decoded += text[i];
    }
    return decoded;
}

Parameters parse_parameters(std::string_view text, char separator) {
    Parameters parameters;
    for (const std::string_view part : split(text, separator)) {
        const std::size_t equals = part.find('=');
        const std::string_view value =
            equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1);
        parameters.emplace_back(percent_decode(part.substr(0, equals)), percent_decode(value));
    }
    return parameters;
}

const std::string* find(const Parameters& parameters, std::string_view name) {
    for (const auto& [key, value] : parameters) {
        if (key == name) {
            return &value;
        }
    }
    return nullptr;
}

}  // namespace tsflow::massive_sim
