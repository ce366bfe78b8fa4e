#include "origin.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

#include "tsflow/error.hpp"

namespace tsflow::market::massive {

namespace {

bool starts_with(std::string_view& text, std::string_view prefix) {
    const bool found = text.substr(0, prefix.size()) == prefix;
    if (found) {
        text.remove_prefix(prefix.size());
    }
    return found;
}

bool is_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port > 0;
}

bool needs_no_escape(char c) {
    return c > ' ' && c < '\x7f';
}

std::string_view own_port(bool tls) {
    return tls ? "443" : "80";
}

}  // namespace

std::string Origin::authority() const {
    std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (port != own_port(tls)) {
        text += ":" + port;
    }
    return text;
}

std::string Origin::text() const {
    return (tls ? "https://" : "http://") + authority();
}

Address parse_address(std::string_view url) {
    const auto refuse = [url](std::string_view what) {
        throw Error("'" + std::string{url.substr(0, url.find('?'))} + "' is no web address: " +
                    std::string{what} + "; expected one such as https://api.massive.com");
    };
    if (!std::all_of(url.begin(), url.end(), needs_no_escape)) {
        throw Error("the address holds blanks or bytes beyond ASCII, which must be %-escaped");
    }
    Address address;
    Origin& origin = address.origin;
    std::string_view rest = url;
    if (starts_with(rest, "http://")) {
        origin.tls = false;
    } else if (!starts_with(rest, "https://")) {
        refuse("it begins with neither https:// nor http://");
    }
    const std::size_t path = std::min(rest.find_first_of("/?#"), rest.size());
    address.target = rest.substr(path, rest.find('#') - path);
    if (address.target.empty() || address.target.front() != '/') {
        address.target.insert(0, "/");
    }
    rest = rest.substr(0, path);
    if (rest.find('@') != std::string_view::npos) {
        throw Error("the address holds a user name or password, which the service does not take");
    }
    if (starts_with(rest, "[")) {
        const std::size_t close = rest.find(']');
        if (close == std::string_view::npos) {
            refuse("a bracket is not closed");
        }
        origin.host = rest.substr(0, close);
        rest.remove_prefix(close + 1);
    } else {
        origin.host = rest.substr(0, rest.find(':'));
        rest.remove_prefix(origin.host.size());
    }
    if (origin.host.empty()) {
        refuse("it names no host");
    }
    origin.port = own_port(origin.tls);
    if (!rest.empty()) {
        if (rest.front() != ':' || !is_port(rest.substr(1))) {
            refuse("'" + std::string{rest} + "' is no port");
        }
        origin.port = rest.substr(1);
    }
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    std::transform(origin.host.begin(), origin.host.end(), origin.host.begin(), lower);
    return address;
}

}  // namespace tsflow::market::massive
