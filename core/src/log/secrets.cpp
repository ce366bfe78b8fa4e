#include "log/secrets.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tsflow {
namespace {

constexpr std::size_t shortest = 4;

std::string percent_decoded(std::string_view text) {
    constexpr int hexadecimal = 16;
    std::string decoded;
    while (!text.empty()) {
        unsigned byte = 0;
        const bool escape =
            text.size() > 2 && text.front() == '%' &&
            std::from_chars(text.data() + 1, text.data() + 3, byte, hexadecimal).ptr ==
                text.data() + 3;
        decoded += escape ? static_cast<char>(byte) : text.front();
        text.remove_prefix(escape ? 3 : 1);
    }
    return decoded;
}

/// `postgres://user:PASSWORD@host/…`
std::string_view url_password(std::string_view text) {
    const std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = text.substr(scheme + 3);
    const std::string_view authority = rest.substr(0, rest.find('/'));
    const std::size_t at = authority.rfind('@');
    const std::size_t colon = authority.find(':');
    return at == std::string_view::npos || colon >= at
               ? std::string_view{}
               : authority.substr(colon + 1, at - colon - 1);
}

/// `host=… password=PASSWORD …`, also in single quotes, and `?password=PASSWORD&…` of a URL.
std::string_view keyed_password(std::string_view text) {
    constexpr std::string_view key = "password=";
    const std::size_t found = text.find(key);
    if (found == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = text.substr(found + key.size());
    return rest.starts_with('\'') ? rest.substr(1, rest.find('\'', 1) - 1)
                                  : rest.substr(0, rest.find_first_of(" \t&"));
}

}  // namespace

Secrets::Secrets(const std::vector<std::string>& values) {
    for (const std::string& value : values) {
        add(value);
        for (const std::string_view password : {url_password(value), keyed_password(value)}) {
            add(std::string{password});
            add(percent_decoded(password));
        }
    }
    std::sort(values_.begin(), values_.end(),
              [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

void Secrets::add(std::string value) {
    if (value.size() >= shortest &&
        std::find(values_.begin(), values_.end(), value) == values_.end()) {
        values_.push_back(std::move(value));
    }
}

bool Secrets::within(std::string_view text) const noexcept {
    return std::any_of(values_.begin(), values_.end(), [text](const std::string& value) {
        return text.find(value) != std::string_view::npos;
    });
}

std::string Secrets::hide(std::string_view text) const {
    std::string shown{text};
    for (const std::string& value : values_) {
        for (std::size_t at = shown.find(value); at != std::string::npos;
             at = shown.find(value, at)) {
            shown.replace(at, value.size(), "***");
        }
    }
    return shown;
}

}  // namespace tsflow
