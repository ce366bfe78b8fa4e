#include "net/listen.hpp"

#include <boost/asio/ip/address.hpp>
#include <charconv>

namespace tsflow::http {

std::optional<Listen> parse_listen(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    Listen listen;
    const std::string_view port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), listen.port);
    if (port.empty() || error != std::errc{} || end != port.data() + port.size()) {
        return std::nullopt;
    }
    const std::string_view host = text.substr(0, colon);
    boost::system::error_code refused;
    if (host.starts_with('[') && host.ends_with(']')) {
        const auto address =
            boost::asio::ip::make_address_v6(host.substr(1, host.size() - 2), refused);
        listen.address = address.to_string();
        listen.loopback = address.is_loopback();
    } else {
        const auto address = boost::asio::ip::make_address_v4(
            host == "localhost" ? std::string_view{"127.0.0.1"} : host, refused);
        listen.address = address.to_string();
        listen.loopback = address.is_loopback();
    }
    return refused ? std::nullopt : std::optional{listen};
}

std::string url_of(const Listen& listen, std::uint16_t port) {
    const bool is_v6 = listen.address.find(':') != std::string::npos;
    return "http://" + (is_v6 ? "[" + listen.address + "]" : listen.address) + ":" +
           std::to_string(port) + "/";
}

}  // namespace tsflow::http
