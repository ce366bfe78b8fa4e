#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tsflow {

/// Where a server listens: a numeric address, never a name, so that a dry-run asks no name server.
struct ListenAddress {
    std::string address;     ///< `127.0.0.1`, `::1`
    std::uint16_t port = 0;  ///< 0: one that is free
    bool loopback = false;   ///< only this machine reaches it
};

/// Reads `127.0.0.1:9180`, `localhost:9180`, `[::1]:9180`; nothing for any other text.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

/// `127.0.0.1:9180`, `[::1]:9180`, with `port` in place of the address's own.
std::string to_text(const ListenAddress& address, std::uint16_t port);

}  // namespace tsflow
