#include <string>
#include <string_view>

#include "feed/loop.hpp"
#include "tsflow/error.hpp"

namespace tsflow::massive {

Endpoint Endpoint::parse(std::string_view url) {
    const auto refuse = [&](std::string_view what) {
        throw ConfigError("'" + std::string(url) + "' is no address of a feed: " +
                          std::string(what) + "; such as wss://socket.massive.com/stocks");
    };
    Endpoint endpoint;
    std::string_view rest = url;
    if (rest.substr(0, 6) == "wss://") {
        rest.remove_prefix(6);
    } else if (rest.substr(0, 5) == "ws://") {
        endpoint.tls = false;
        rest.remove_prefix(5);
    } else {
        refuse("it must begin with wss:// or ws://");
    }
    const std::size_t slash = rest.find('/');
    if (slash != std::string_view::npos) {
        endpoint.target = rest.substr(slash);
        rest = rest.substr(0, slash);
    }
    if (rest.find('@') != std::string_view::npos) {
        throw ConfigError("an address of a feed holds no user or password; the key is `api_key`");
    }
    endpoint.port = endpoint.tls ? "443" : "80";
    std::size_t colon = rest.rfind(':');
    if (!rest.empty() && rest.front() == '[') {  // an IPv6 address
        const std::size_t bracket = rest.find(']');
        if (bracket == std::string_view::npos) {
            refuse("the bracket is not closed");
        }
        endpoint.host = rest.substr(1, bracket - 1);
        rest.remove_prefix(bracket + 1);
        colon = rest.empty() ? std::string_view::npos : 0;
        if (!rest.empty() && rest.front() != ':') {
            refuse("what follows the bracket is no port");
        }
    } else {
        endpoint.host = rest.substr(0, colon);
    }
    if (colon != std::string_view::npos) {
        endpoint.port = rest.substr(colon + 1);
        if (endpoint.port.empty() || endpoint.port.size() > 5 ||
            endpoint.port.find_first_not_of("0123456789") != std::string::npos ||
            std::stoi(endpoint.port) > 65535) {
            refuse("'" + endpoint.port + "' is no port");
        }
    }
    if (endpoint.host.empty()) {
        refuse("the host is missing");
    }
    return endpoint;
}

}  // namespace tsflow::massive
