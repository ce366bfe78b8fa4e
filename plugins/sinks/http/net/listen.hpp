#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tsflow::http {

struct Listen {
    std::string address;  ///< numeric
    std::uint16_t port = 0;
    bool loopback = false;  ///< only this machine reaches it
};

/// `127.0.0.1:8080`, `localhost:0`, `[::1]:8080`; nothing for any other text.
std::optional<Listen> parse_listen(std::string_view text);
/// As in an address bar.
std::string url_of(const Listen& listen, std::uint16_t port);

}  // namespace tsflow::http
