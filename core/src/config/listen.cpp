#include "config/listen.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

namespace tsflow {
namespace {

/// The address in its shortest form, and its bytes; false for what is none of this family.
template <std::size_t bytes>
bool read(int family, const std::string& text, std::array<unsigned char, bytes>& raw,
          std::string& normal) {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    if (::inet_pton(family, text.c_str(), raw.data()) != 1 ||
        ::inet_ntop(family, raw.data(), buffer.data(), buffer.size()) == nullptr) {
        return false;
    }
    normal = buffer.data();
    return true;
}

}  // namespace

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    ListenAddress listen;
    const std::string_view port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), listen.port);
    if (error != std::errc{} || end != port.data() + port.size()) {
        return std::nullopt;
    }
    const std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        std::array<unsigned char, 16> raw{};
        if (!read(AF_INET6, std::string{host.substr(1, host.size() - 2)}, raw, listen.address)) {
            return std::nullopt;
        }
        listen.loopback = listen.address == "::1";
        return listen;
    }
    constexpr unsigned char loopback_net = 127;
    std::array<unsigned char, 4> raw{};
    if (!read(AF_INET, host == "localhost" ? "127.0.0.1" : std::string{host}, raw,
              listen.address)) {
        return std::nullopt;
    }
    listen.loopback = raw[0] == loopback_net;
    return listen;
}

std::string to_text(const ListenAddress& address, std::uint16_t port) {
    const bool v6 = address.address.find(':') != std::string::npos;
    return v6 ? fmt::format("[{}]:{}", address.address, port)
              : fmt::format("{}:{}", address.address, port);
}

}  // namespace tsflow
